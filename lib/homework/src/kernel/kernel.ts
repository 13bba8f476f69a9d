import { inspect } from 'node:util';
import { type Replaced, restoreBuiltins, watchBuiltins, withBuiltins } from './builtin-methods';
import { CellTypes } from './cell-types';
import { onChildEnd } from './child-end';
import { captureChildren } from './child-output';
import { hideContexts } from './contexts';
import { captureDescriptors } from './descriptor-output';
import {
  type CellError,
  compileError,
  EndedByKernel,
  Interrupted,
  OutOfMemory,
  ReplacedBuiltin,
  thrownError,
} from './errors';
import { type CellSurroundings, evaluateCell } from './evaluate-cell';
import { giveBackMemory } from './give-back-memory';
import { Interruption } from './interruption';
import { leaveReason } from './last-words';
import { Modules } from './modules';
import { allowCutCalls, aroundLoading, forgetCutCalls } from './node-internals';
import { CellOutput, captureStreams, cellContext, type Display, type Publisher } from './output';
import { inNextTurn, setTimer } from './own-clock';
import { hearProcess } from './process-events';
import { type ExpressionResult, evaluatePurely } from './pure-expression';
import { withoutHashComment } from './restored-cell';
import { Scope } from './scope';
import { StackTraces } from './stack-traces';
import { displayOf, withText } from './value-display';

export interface CellRequest {
  readonly code: string;
  /** A silent cell has no number, and its value is not shown. */
  readonly silent: boolean;
  /** Whether the cells that wait are given up when this one fails. */
  readonly stopOnError: boolean;
  /** Asked for after the cell, by names of the asker's choice. */
  readonly expressions?: Readonly<Record<string, string>>;
}

/** Where the messages about one cell go. */
export interface CellPublisher extends Publisher {
  input(code: string, count: number): void;
  result(display: Display, count: number): void;
  error(error: CellError): void;
}

export type CellReply =
  | {
      readonly status: 'ok';
      readonly execution_count: number;
      readonly user_expressions: Readonly<Record<string, ExpressionReply>>;
    }
  | ({ readonly status: 'error'; readonly execution_count: number } & CellError)
  | { readonly status: 'aborted' };

/** The value of one expression, as the Jupyter protocol has it. */
type ExpressionReply =
  | { readonly status: 'ok'; readonly data: Record<string, unknown>; readonly metadata: object }
  | ({ readonly status: 'error' } & CellError);

interface Waiting {
  readonly request: CellRequest;
  readonly publisher: CellPublisher;
  readonly reply: (reply: CellReply) => void;
}

interface Run extends Waiting {
  readonly count: number;
  /** Counts silent cells, too. */
  readonly sequence: number;
  readonly output: CellOutput;
  /** Whether the cell has ended, though its reply may wait for those that are given up with it. */
  isOver: boolean;
  /** Why the cell is being ended. */
  verdict?: Error;
  /** Whether the cell has passed its check, so that what it declared is to be kept. */
  isChecked: boolean;
}

/** A kernel that has no cell by then waits for its author. */
const UNTIL_REST_MS = 1000;
const VALUE_LIMIT_MS = 5000;
/** After a failure, cells that were sent before it still come in for so long. */
const LISTENING_MS = 50;
/** For its last message to arrive, if it can. */
const UNTIL_END_MS = 500;
/** Runs the cells of one notebook, one after the other, in the order in which they come. */
export class Kernel {
  private readonly types: CellTypes;
  private readonly scope = new Scope();
  private readonly traces = new StackTraces();
  private readonly modules: Modules;
  private readonly surroundings: CellSurroundings;
  private readonly interruption: Interruption;
  /** What TypeScript said on names that functions use and nothing declared so far. */
  private readonly missingNames = new Map<string, string>();
  private readonly queue: Waiting[] = [];
  private running: Run | undefined;
  private latestOutput: CellOutput | undefined;
  private firstWords = '';
  private count = 0;
  private sequence = 0;

  /**
   * @param folder that of the notebook
   * @param home the folder from which packages are found that the notebook's own does not have
   * @param lastWords the file for a note to the kernel that follows, should this one be ended
   */
  constructor(
    private readonly folder: string,
    home: string,
    private readonly lastWords?: string,
  ) {
    this.types = new CellTypes(folder, home);
    this.modules = new Modules(folder, home, this.scope, this.traces);
    this.surroundings = {
      folder,
      scope: this.scope,
      require: this.modules.requireFrom(`${folder}/notebook.ts`),
      import: (specifier) => this.modules.import(specifier),
    };
    this.interruption = new Interruption(
      {
        // Whichever cell runs by now, as Run All goes from one to the next.
        onInterrupt: () => this.interrupt(this.running?.sequence),
        onInterruptedHere: () => {
          if (this.running) this.endHere(this.running, interrupted());
        },
        onOutOfMemory: (running, of) => this.endBy(new OutOfMemory(of), running),
        onTerminated: (running) => {
          inNextTurn(forgetCutCalls);
          this.interrupt(running);
        },
      },
      lastWords,
    );
    aroundLoading((load) => this.protect(load));
    this.traces.install();
    plainText();
    captureStreams(() => this.latestOutput);
    captureDescriptors();
    captureChildren((run) => this.interruption.awaitChild(run));
    onChildEnd((end) => void this.interruption.hearOfChild(end));
    hideContexts();
    watchBuiltins((replaced) => this.onReplaced(replaced));
    hearProcess((name, args) => this.hear(name, args[1]));
    process.exit = (code) => {
      throw new Error(
        `process.exit(${code ?? ''}): a cell cannot end the kernel: restart it instead`,
      );
    };
  }

  /** Loads what the first cell needs, so that it does not wait. */
  warmUp(): void {
    this.types.warmUp();
    const rest = () => {
      if (!this.running) giveBackMemory();
    };
    setTimer(rest, UNTIL_REST_MS).unref();
  }

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** `require`, as cells have it. */
  get require(): NodeJS.Require {
    return this.surroundings.require;
  }

  get languageTypes(): CellTypes {
    return this.types;
  }

  /** Shows one output under the cell that asks for it. */
  display(display: Display, isUpdate: boolean): void {
    withBuiltins(() =>
      (cellContext.getStore() ?? this.latestOutput)?.display(withText(display), isUpdate),
    );
  }

  /** Does what must not be cut off by an interrupt. */
  protect<T>(work: () => T): T {
    return this.interruption.protect(work);
  }

  execute(request: CellRequest, publisher: CellPublisher): Promise<CellReply> {
    return new Promise((reply) => {
      this.queue.push({ request, publisher, reply });
      this.next();
    });
  }

  /** What the first cell is to say before anything else. */
  sayFirst(text: string): void {
    this.firstWords = text;
  }

  private interrupt(sequence = 0): void {
    this.endBy(interrupted(), sequence);
  }

  /** Stops a cell where it waits, if it is the one that runs; what goes on of it says nothing more. */
  private endBy(error: EndedByKernel, sequence: number): void {
    const { running } = this;
    if (running?.sequence === sequence) this.fail(running, running.verdict ?? error);
    else if (sequence === 0 && error instanceof OutOfMemory) {
      this.latestOutput?.print('stderr', `UncaughtException: ${error.name}: ${error.message}\n`);
    }
  }

  private next(): void {
    const waiting = this.running ? undefined : this.queue.shift();
    if (!waiting) return;
    if (!waiting.request.silent) this.count++;
    this.sequence++;
    const output = new CellOutput(waiting.publisher, (error) => this.onTooMuch(run, error));
    const count = this.count;
    const { sequence } = this;
    const run: Run = { ...waiting, count, sequence, output, isChecked: false, isOver: false };
    this.running = run;
    this.interruption.begin(sequence, count);
    this.latestOutput = output;
    if (!run.request.silent) {
      run.publisher.input(run.request.code, count);
      output.print('stderr', this.firstWords);
      this.firstWords = '';
    }
    // In a turn of its own: what it may cut off is no work of the kernel's.
    inNextTurn(() => cellContext.run(output, () => void this.run(run)));
  }

  private async run(run: Run): Promise<void> {
    const code = withoutHashComment(run.request.code);
    try {
      allowCutCalls();
      this.scope.beginCell();
      const checked = this.interruption.protect(() => this.types.check(this.sequence, code));
      for (const [name, message] of checked.missingNames) this.missingNames.set(name, message);
      if (!checked.compiled) {
        const nameOf = (path: string) =>
          path.startsWith(`${this.folder}/`) ? path.slice(this.folder.length + 1) : path;
        this.end(run, compileError(checked.complaints, code, nameOf));
        return;
      }
      run.isChecked = true;
      const { compiled } = checked;
      if (compiled.imports.length > 0) await this.modules.importInto(compiled.imports);
      const name = `cell ${run.count}`;
      const file = run.request.silent ? `silent ${this.sequence}` : name;
      this.traces.add(file, { name, text: code, mappings: compiled.mappings });
      this.heed(run);
      const { ended, value } = evaluateCell(compiled, file, this.surroundings);
      this.heed(run);
      if (compiled.isAsync) await ended;
      this.heed(run);
      if (this.interruption.takeInterrupt()) throw interrupted();
      if (value() !== undefined && !run.request.silent) await this.show(run, value());
      this.end(run);
    } catch (thrown) {
      this.fail(run, thrown);
    }
  }

  /** Goes on with a cell only if nothing has been found against it. */
  private heed(run: Run): void {
    restoreBuiltins();
    if (run.verdict) throw run.verdict;
  }

  private async show(run: Run, value: unknown): Promise<void> {
    const tooLong = new Promise<Display>((resolve) => {
      // Of a cell that was stopped meanwhile, the value may be what it was stopped in.
      const plain = () => {
        if (!run.isOver) resolve({ data: { 'text/plain': inspect(value) }, metadata: {} });
      };
      setTimer(plain, VALUE_LIMIT_MS).unref();
    });
    const display = await Promise.race([displayOf(value), tooLong]);
    run.output.flush();
    if (this.running === run) run.publisher.result(display, run.count);
  }

  private fail(run: Run, thrown: unknown): void {
    if (this.running !== run || run.isOver) return;
    restoreBuiltins();
    // What fails as Stop is pressed, fails for it: a child process has ended, say.
    const reason =
      !(thrown instanceof EndedByKernel) && this.interruption.takeInterrupt()
        ? interrupted()
        : thrown;
    // What was found against the cell may be why it threw.
    const { verdict } = run;
    if (verdict && reason !== verdict) {
      run.output.print('stderr', `${verdict.name}: ${verdict.message}\n`);
    }
    if (reason instanceof EndedByKernel) run.output.stop();
    this.end(run, thrownError(reason, this.traces, this.missingNames));
  }

  private end(run: Run, error?: CellError): void {
    restoreBuiltins();
    this.interruption.protect(() => this.endNow(run, error));
  }

  private endNow(run: Run, told?: CellError): void {
    if (this.running !== run || run.isOver) return;
    const error = told ?? (run.verdict && thrownError(run.verdict, this.traces, this.missingNames));
    run.isOver = true;
    if (run.isChecked) {
      this.types.accept(error ? (name) => this.scope.isDeclared(name) : () => true);
    }
    run.output.flush();
    const execution_count = run.count;
    if (!error) {
      const user_expressions = this.evaluate(run.request.expressions ?? {});
      run.reply({ status: 'ok', execution_count, user_expressions });
      this.goOn();
      return;
    }
    run.publisher.error(error);
    const reply = () => {
      if (run.request.stopOnError) {
        for (const waiting of this.queue.splice(0)) waiting.reply({ status: 'aborted' });
      }
      run.reply({ status: 'error', execution_count, ...error });
      this.goOn();
    };
    if (run.request.stopOnError) setTimer(reply, LISTENING_MS);
    else reply();
  }

  private goOn(): void {
    this.running = undefined;
    this.interruption.end();
    this.next();
  }

  /** The values of expressions, as things stand; evaluating them changes nothing. */
  private evaluate(
    expressions: Readonly<Record<string, string>>,
  ): Readonly<Record<string, ExpressionReply>> {
    const replies = Object.entries(expressions).map(([name, expression]) => {
      const result = evaluatePurely(expression, this.types, ++this.sequence);
      return [name, replyOf(result)] as const;
    });
    return Object.fromEntries(replies);
  }

  private onTooMuch(run: Run, error: Error): void {
    if (this.running !== run) {
      run.publisher.stream('stderr', `UncaughtException: ${error.name}: ${error.message}\n`);
      return;
    }
    this.endHere(run, error);
  }

  /** Ends a cell from within its code, which goes no further. */
  private endHere(run: Run, error: Error): void {
    run.verdict = error;
    inNextTurn(() => {
      forgetCutCalls();
      this.fail(run, error);
    });
    this.interruption.terminate();
  }

  /** Of an event of the process; `true` says that it is dealt with. */
  private hear(name: unknown, error: unknown): boolean {
    if (name === 'SIGINT') this.interruption.noteHeard();
    if (name === 'uncaughtException') this.onUncaught('UncaughtException', error);
    else if (name === 'unhandledRejection') this.onUncaught('UnhandledPromiseRejection', error);
    else return false;
    return true;
  }

  /** A cell may have replaced it, or what goes on of one that has ended. */
  private onReplaced(replaced: Replaced): void {
    const error = new ReplacedBuiltin(replaced);
    if (replaced.forGood) this.endKernel(error.message);
    const { running } = this;
    if (!running || running.isOver) {
      this.latestOutput?.print('stderr', `UncaughtException: ${error.name}: ${error.message}\n`);
      return;
    }
    if (running.verdict) return;
    running.verdict = error;
    // A cell that awaits is ended where it waits.
    inNextTurn(() => this.fail(running, error));
  }

  private endKernel(reason: string): void {
    watchBuiltins(() => {});
    if (this.lastWords !== undefined) leaveReason(this.lastWords, reason);
    setTimer(() => process.kill(process.pid, 'SIGKILL'), UNTIL_END_MS);
  }

  /** An error that nobody caught: its cell fails, or is told of it where it has ended. */
  private onUncaught(kind: string, error: unknown): void {
    restoreBuiltins();
    const output = cellContext.getStore() ?? this.latestOutput;
    // Before the first cell it is the kernel's own, and its terminal is told.
    if (!output) process.stderr.write(`${kind}: ${inspect(error)}\n`);
    if (!output || output.stopped) return;
    if (this.running?.output === output) {
      const { running } = this;
      this.fail(running, error);
      output.stop();
      return;
    }
    const { traceback } = thrownError(error, this.traces, this.missingNames);
    output.print('stderr', `${kind}: ${traceback.at(-1)}\n`);
  }
}

function interrupted(): Interrupted {
  return new Interrupted('the cell was interrupted');
}

function replyOf(result: ExpressionResult): ExpressionReply {
  if ('value' in result) {
    const data = { 'text/plain': String(result.value), 'application/json': result.value };
    return { status: 'ok', data, metadata: {} };
  }
  const { error } = result;
  return { status: 'error', ename: 'ExpressionError', evalue: error, traceback: [error] };
}

/** A notebook is no terminal, wherever its kernel was started: no colours in what is printed. */
function plainText(): void {
  delete process.env.FORCE_COLOR;
  for (const stream of [process.stdout, process.stderr]) {
    Object.defineProperty(stream, 'isTTY', { value: false });
  }
}
