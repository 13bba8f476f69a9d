/**
 * The grader's own process, in which tests run: no code of a student's ever does. What a test calls of the
 * student's stands in for something in another process.
 */
import '../../kernel/compiled-typescript';

import { inspect } from 'node:util';
import type { CellRun } from '../../assignment/run-every-cell';
import { globalName } from '../../kernel/cell-names';
import type { CompiledCell } from '../../kernel/compile-cell';
import { thrownError } from '../../kernel/errors';
import { type CellSurroundings, evaluateCell } from '../../kernel/evaluate-cell';
import { Modules } from '../../kernel/modules';
import { CellOutput, captureStreams, cellContext } from '../../kernel/output';
import { Scope } from '../../kernel/scope';
import { StackTraces } from '../../kernel/stack-traces';
import { displayOf, withText } from '../../kernel/value-display';
import { ownRequire, packageFolder } from '../../project';
import { takeDisplays } from './displays';
import { Channel, ChannelClosed } from './frames';
import { StandIns } from './stand-ins';
import { tensorsOf } from './tensors';

/** A cell that the examiner runs. */
export interface ExaminedCell {
  /** What messages call it. */
  readonly name: string;
  readonly source: string;
  readonly compiled: CompiledCell;
}

/** What the examiner is asked to do. */
export interface Job {
  /** Parts of cells that the test builds upon. Each runs once; whether it fails, the test will tell. */
  readonly before: readonly ExaminedCell[];
  readonly test: ExaminedCell;
  /** Names of the student's. */
  readonly names: readonly string[];
  /** Whether what calls change of their arguments is changed for the test, too. */
  readonly copiesBack: boolean;
}

/** What came of a test. */
export interface Verdict {
  readonly run: CellRun;
  /** Why it cannot be decided outside of the student's process. */
  readonly cannot?: string;
  /** Whether calls changed their arguments. */
  readonly hasChanged: boolean;
}

type Output = Readonly<Record<string, unknown>>;

const CHANNEL = 3;
const NOTHING_COMES = 'it waits for a promise that nothing settles';

/** Errors of the language, and those of the library, by name. */
function errorClasses(library: object): (name: string) => ErrorConstructor | undefined {
  const builtIn = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
  const own = Object.entries(library).filter(
    ([, value]) => typeof value === 'function' && value.prototype instanceof Error,
  );
  const classes = new Map<string, ErrorConstructor>([...own, ...Object.entries(builtIn)] as never);
  return (name) => classes.get(name);
}

class Examiner {
  private readonly channel = new Channel(CHANNEL, CHANNEL);
  private readonly scope = new Scope();
  private readonly traces = new StackTraces();
  private readonly surroundings: CellSurroundings;
  private readonly modules: Modules;
  private readonly newStandIns: () => StandIns;
  private readonly ran = new Set<string>();
  private stopWaiting: (error: unknown) => void = () => undefined;

  constructor(folder: string) {
    // What the library shows becomes an output of the cell that shows it.
    takeDisplays((display, isUpdate) =>
      cellContext.getStore()?.display(withText(display), isUpdate),
    );
    const library: typeof import('notegrad') = ownRequire('notegrad');
    const { randomState, restoreRandomState, tf } = library;
    const tensors = tensorsOf(tf);
    this.newStandIns = () =>
      new StandIns(this.channel, {
        tensors,
        randomState,
        goOnRandom: restoreRandomState,
        isGradientTaken: () => tf.engine().state.gradientDepth > 0,
        errorClass: errorClasses(library),
      });
    this.modules = new Modules(folder, packageFolder, this.scope, this.traces);
    this.surroundings = {
      folder,
      scope: this.scope,
      require: this.modules.requireFrom(`${folder}/notebook.ts`),
      import: (specifier) => this.modules.import(specifier),
    };
    this.traces.install();
    captureStreams(() => undefined);
    process.on('beforeExit', () => this.stopWaiting(new Error(NOTHING_COMES)));
    process.on('uncaughtException', (error) => this.stopWaiting(error));
    process.on('unhandledRejection', (error) => this.stopWaiting(error));
  }

  async serve(): Promise<void> {
    for (;;) {
      const job = this.channel.receive().message as Job;
      const verdict = await this.examine(job);
      this.channel.send({ message: verdict, blobs: [] }, 'grader');
    }
  }

  private async examine({ before, test, names, copiesBack }: Job): Promise<Verdict> {
    const standIns = this.newStandIns();
    standIns.copiesBack = copiesBack;
    for (const name of names) this.scope.bind(globalName(name), () => standIns.valueOf(name));
    for (const cell of before) {
      const key = `${cell.name}\n${cell.source}`;
      if (!this.ran.has(key)) await this.run(cell);
      this.ran.add(key);
    }
    const startedAt = performance.now();
    const { outputs, error } = await this.run(test);
    const seconds = (performance.now() - startedAt) / 1000;
    const { ended, cannot, hasChanged } = standIns;
    standIns.close();
    const status = ended ? (ended.how === 'timeout' ? 'timeout' : 'died') : error ? 'error' : 'ok';
    const text = ended?.text ?? error?.traceback.join('\n') ?? '';
    const run: CellRun = { status, text, seconds, outputs };
    return { run, hasChanged, ...(cannot !== undefined && { cannot }) };
  }

  /** Runs a cell as the notebook's kernel does, and tells how it ended. */
  private async run({ name, source, compiled }: ExaminedCell) {
    const outputs: Output[] = [];
    const output = new CellOutput(
      {
        stream: (stream, text) => outputs.push({ output_type: 'stream', name: stream, text }),
        display: ({ data, metadata }) =>
          outputs.push({ output_type: 'display_data', data, metadata }),
      },
      (error) => this.stopWaiting(error),
    );
    const stopped = new Promise<never>((_, reject) => {
      this.stopWaiting = reject;
    });
    this.traces.add(name, { name, text: source, mappings: compiled.mappings });
    const evaluate = async () => {
      await this.modules.importInto(compiled.imports);
      const { ended, value } = evaluateCell(compiled, name, this.surroundings);
      if (compiled.isAsync) await ended;
      if (value() === undefined) return;
      const { data, metadata } = await displayOf(value());
      output.flush();
      outputs.push({ output_type: 'execute_result', execution_count: null, data, metadata });
    };
    try {
      await cellContext.run(output, () => Promise.race([evaluate(), stopped]));
      output.flush();
      return { outputs };
    } catch (thrown) {
      output.stop();
      const error = thrownError(thrown, this.traces, new Map());
      outputs.push({ output_type: 'error', ...error });
      return { outputs, error };
    }
  }
}

if (require.main === module) {
  new Examiner(process.cwd()).serve().catch((error) => {
    if (error instanceof ChannelClosed) process.exit(0);
    process.stderr.write(`${inspect(error)}\n`);
    process.exit(1);
  });
}
