import Module, { createRequire } from 'node:module';
import { installCheck } from '../assignment/check-in-kernel';
import { installServing } from '../grading/autotest/serve-notebook';
import { ownRequire as load, packageFolder } from '../project';
import { restoreBuiltins, withBuiltins } from './builtin-methods';
import { type Completions, completionsAt, describeAt } from './editing';
import { ImportableNames } from './importable-names';
import { type CellPublisher, type CellReply, Kernel } from './kernel';
import { lastWordsFile, takeLastWords, withdrawLastWords } from './last-words';
import { setTimer } from './own-clock';
import { keepProcessListeners } from './process-events';
import { restingOf } from './resting';

interface Message {
  readonly header: { msg_type: string };
  readonly content: Record<string, unknown>;
  createReply(): Reply;
}

interface Reply {
  readonly header: { msg_type: string };
  content: unknown;
  metadata: unknown;
  signAndSend(key: string, socket: unknown): void;
}

interface Server {
  readonly connInfo: { readonly key: string; readonly transport: string; readonly ip: string };
  readonly iopub: { sendTimeout: number };
  publishStatus(status: 'busy' | 'idle', parent: Message): void;
  handleShellMessage(socket: unknown, ...parts: unknown[]): Promise<void>;
  handleExecute(socket: unknown, message: Message): Promise<void>;
  handleShutdown(socket: unknown, message: Message): void;
  handleCommInfoRequest(socket: unknown, message: Message): void;
  init(): Promise<void>;
  bindSocket(socket: Socket, port: number): Promise<void>;
}

interface Socket {
  sendHighWaterMark?: number;
  bind(address: string): Promise<void>;
}

interface ZeroMq {
  readonly Socket: { readonly prototype: { receive(): Promise<unknown> } };
}

interface Handler {
  handleInspect(request: { code: string; cursor_pos: number }): unknown;
  handleComplete(request: { code: string; cursor_pos: number }): unknown;
}

interface JupyterModule {
  lastWriteDisplayData: Kernel['display'] | null;
  readonly ZmqServer: { readonly prototype: Server };
  readonly JupyterHandlerImpl: { readonly prototype: Handler };
}

interface ConverterModule {
  createConverter: () => { close(): void };
}

interface ExecutorModule {
  createExecutor: () => { close(): void; interrupt(): void };
}

interface MainModule {
  startKernel(options: { configPath: string; enableFindLocal: boolean }): void;
}

const SHUTDOWN_MS = 100;
const SETTLE = 'notegrad.settle';

/** Starts tslab's kernel with our evaluator in the place of its own. */
export function startKernel(connectionFile: string): void {
  const tslab = loadTslab();
  const lastWords = lastWordsFile(connectionFile);
  const kernel = new Kernel(process.cwd(), packageFolder, lastWords);
  kernel.sayFirst(takeLastWords(lastWords) ?? '');
  installCheck(process.cwd(), kernel.require);
  installServing();
  tslab.converter.createConverter = () => ({ close() {} });
  tslab.executor.createExecutor = () => ({ close() {}, interrupt() {} });
  tslab.jupyter.lastWriteDisplayData = (display, isUpdate) => kernel.display(display, isUpdate);
  serve(tslab.jupyter.ZmqServer.prototype, kernel, lastWords);
  restoreBeforeMessages(tslab.zeromq);
  edit(tslab.jupyter.JupyterHandlerImpl.prototype, kernel);
  freezeModules();
  tslab.main.startKernel({ configPath: connectionFile, enableFindLocal: false });
}

/** Whether a cell passes is not for cells to say: they cannot change what the kernel calls. */
function freezeModules(): void {
  for (const [file, module] of Object.entries(require.cache)) {
    if (!file.startsWith(__dirname) && !/[\\/]tslab[\\/]dist[\\/]/.test(file)) continue;
    const exported: unknown = module?.exports;
    Object.freeze(exported);
    for (const part of Object.values(exported ?? {})) {
      if (typeof part === 'function') Object.freeze(part.prototype);
    }
  }
  // All messages go through these two.
  for (const name of ['parse', 'stringify'] as const) {
    Object.defineProperty(JSON, name, { writable: false, configurable: false });
  }
}

/** tslab's modules, which share our TypeScript: its own is another 60 MB in memory, and older. */
function loadTslab() {
  const loader = Module as unknown as {
    _resolveFilename(request: string, ...rest: unknown[]): string;
  };
  const own = loader._resolveFilename;
  const typescript = load.resolve('typescript');
  loader._resolveFilename = (request, ...rest) =>
    request === '@tslab/typescript-for-tslab'
      ? typescript
      : Reflect.apply(own, loader, [request, ...rest]);
  try {
    return {
      jupyter: load('tslab/dist/jupyter.js') as JupyterModule,
      converter: load('tslab/dist/converter.js') as ConverterModule,
      executor: load('tslab/dist/executor.js') as ExecutorModule,
      main: load('tslab/dist/main.js') as MainModule,
      display: load('tslab') as unknown,
      zeromq: createRequire(load.resolve('tslab'))('zeromq') as ZeroMq,
    };
  } finally {
    loader._resolveFilename = own;
  }
}

/** What tslab does with a message, it does with the language as Node has it. */
function restoreBeforeMessages({ Socket: { prototype } }: ZeroMq): void {
  const { receive } = prototype;
  const { apply } = Reflect;
  const receiveAndRestore = async function (this: unknown) {
    const parts = await apply(receive, this, []);
    restoreBuiltins();
    return parts;
  };
  Object.defineProperty(prototype, 'receive', { value: receiveAndRestore });
}

/** Execution, as the Jupyter protocol (5.3) has it. */
function serve(server: Server, kernel: Kernel, lastWords: string): void {
  let runningCell: Message | undefined;
  const { bindSocket, init, publishStatus, handleShellMessage, handleShutdown } = server;

  // ZeroMQ drops what waits beyond a thousand messages for a front end that does not keep up. The limit
  // counts for sockets that are bound after it was set.
  server.bindSocket = function bind(this: Server, socket, port) {
    if ('sendHighWaterMark' in socket) socket.sendHighWaterMark = 0;
    const { transport, ip } = this.connInfo;
    // tslab writes `ip:port`, which Jupyter does for tcp alone.
    if (transport === 'ipc') return socket.bind(`ipc://${ip}-${port}`);
    return bindSocket.call(this, socket, port);
  };

  server.init = async function initialise(this: Server) {
    // tslab's own handlers, which print what our kernel gives to the cell.
    for (const event of ['SIGINT', 'uncaughtException', 'unhandledRejection'] as const) {
      process.listeners(event as 'SIGINT').forEach((listener) => {
        if (
          String(listener).includes('executor.interrupt') ||
          String(listener).includes('console.error(')
        ) {
          process.removeListener(event, listener);
        }
      });
    }
    keepProcessListeners();
    await init.call(this);
    // zeromq.js puts every 512th message off to the next turn of the event loop, and throws EBUSY
    // if another follows before. Without a time limit for sending, nothing is put off.
    this.iopub.sendTimeout = 0;
    kernel.warmUp();
  };

  server.publishStatus = function publish(status, parent) {
    restoreBuiltins();
    publishStatus.call(this, status, parent);
    const isOver = status === 'idle' && runningCell !== undefined && runningCell !== parent;
    // A front end shows the last status that it was told, whatever it belongs to.
    if (isOver) publishStatus.call(this, 'busy', runningCell!);
  };

  server.handleShellMessage = function receive(this: Server, ...message) {
    return kernel.protect(() => handleShellMessage.apply(this, message));
  };

  server.handleExecute = async function execute(this: Server, socket, message) {
    const send = (type: string, content: unknown, to?: unknown) => {
      withBuiltins(() => {
        const reply = message.createReply();
        reply.header.msg_type = type;
        reply.content = content;
        reply.signAndSend(this.connInfo.key, to ?? this.iopub);
      });
    };
    const publisher: CellPublisher = {
      input: (code, execution_count) => {
        runningCell = message;
        send('execute_input', { code, execution_count });
      },
      stream: (name, text) => send('stream', { name, text }),
      display: (display, isUpdate) =>
        send(isUpdate ? 'update_display_data' : 'display_data', display),
      result: ({ data, metadata }, execution_count) =>
        send('execute_result', { execution_count, data, metadata }),
      error: (error) => send('error', error),
    };
    const { code, silent, stop_on_error, user_expressions } = message.content;
    const request = {
      code: String(code),
      silent: silent === true,
      stopOnError: stop_on_error !== false,
      expressions: textsIn(user_expressions),
    };
    const reply: CellReply = await kernel.execute(request, publisher);
    if (runningCell === message) runningCell = undefined;
    send('execute_reply', { payload: [], user_expressions: {}, ...reply }, socket);
  };

  server.handleCommInfoRequest = async function commInfo(this: Server, socket, message) {
    // The one question that has nothing to do with widgets: whether the cells have come to rest.
    if (message.content.target_name === SETTLE) await restingOf(kernel);
    const reply = message.createReply();
    reply.header.msg_type = 'comm_info_reply';
    reply.content = { status: 'ok', comms: {} };
    reply.signAndSend(this.connInfo.key, socket);
  };

  server.handleShutdown = function shutdown(socket, message) {
    handleShutdown.call(this, socket, message);
    withdrawLastWords(lastWords);
    // Timers and servers of cells would keep the process.
    setTimer(() => process.kill(process.pid, 'SIGKILL'), SHUTDOWN_MS);
  };
}

/** What of a message's object is text. */
function textsIn(value: unknown): Record<string, string> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter(([, text]) => typeof text === 'string'));
}

/** Completion and documentation. */
function edit(handler: Handler, kernel: Kernel): void {
  const importable = new ImportableNames(kernel.languageTypes, process.cwd());
  handler.handleInspect = ({ code, cursor_pos }) => {
    const text = describeAt(kernel.languageTypes, code, cursor_pos);
    const data = text === undefined ? {} : { 'text/plain': text };
    return { status: 'ok', found: text !== undefined, data, metadata: {} };
  };
  handler.handleComplete = ({ code, cursor_pos }) => {
    const { start, end, matches }: Completions = completionsAt(
      kernel.languageTypes,
      importable,
      code,
      cursor_pos,
    );
    return { status: 'ok', cursor_start: start, cursor_end: end, matches, metadata: {} };
  };
}
