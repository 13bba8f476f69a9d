import type { NativeBackend } from './backend';
import { replaceTensors, tensorsOf } from './container';
import { fuse } from './fuse';
import { graphOf } from './graph';
import { type RecordedStep, reasonAgainst, recordStep, type Step } from './record-step';
import { Replay } from './replay';

export interface CompilationOptions {
  readonly fused: boolean;
  /** Called with the reason when the step is given up: from then on it runs as it is. */
  readonly onGivenUp: (reason: string) => void;
}

const MOST_RECORDINGS = 4;

/** What is known of a step for batches of one kind, from its first run to its replays. */
export class Compilation<B, R> {
  private recordings = 0;
  private last: RecordedStep<R> | null = null;
  private replay: Replay | null = null;
  private replays = 0;

  constructor(
    private readonly backend: NativeBackend,
    private readonly step: Step<B, R>,
    private readonly options: CompilationOptions,
  ) {}

  run(batch: B): R {
    if (this.replay !== null && !this.replay.isCurrent()) this.forget();
    if (this.replay !== null) {
      return isCheck(++this.replays) ? this.check(batch) : this.runReplay(this.replay, batch);
    }
    return this.recordings < MOST_RECORDINGS ? this.record(batch) : this.step(batch);
  }

  /** Records the step; if it did the same at the call before, it is replayed from now on. */
  private record(batch: B): R {
    const recorded = recordStep(this.backend, this.step, batch, this.last);
    const reason = reasonAgainst(this.last, recorded);
    this.recordings++;
    this.last = recorded;
    if (reason === null) {
      const graph = graphOf(recorded.recording);
      this.replay = new Replay(this.backend, this.options.fused ? fuse(graph) : graph);
    } else if (this.recordings === MOST_RECORDINGS) {
      this.giveUp(reason);
    }
    return recorded.result;
  }

  /** Runs the step itself, to see whether it still does what is replayed. */
  private check(batch: B): R {
    const recorded = recordStep(this.backend, this.step, batch, this.last);
    const reason = reasonAgainst(this.last, recorded);
    if (reason !== null) {
      this.giveUp(`since it was recorded it does otherwise, which replays did not: ${reason}`);
    }
    return recorded.result;
  }

  private runReplay(replay: Replay, batch: B): R {
    const dataIds = replay.run(tensorsOf(batch));
    let next = 0;
    return replaceTensors(this.last!.result, ({ shape, dtype }) =>
      this.backend.tensorOf({ dataId: dataIds[next++], shape, dtype }),
    );
  }

  private forget(): void {
    this.recordings = 0;
    this.last = null;
    this.replay = null;
    this.replays = 0;
  }

  private giveUp(reason: string): void {
    this.forget();
    this.recordings = MOST_RECORDINGS;
    this.options.onGivenUp(reason);
  }
}

/** The 16th, 64th, 256th, … replay. */
function isCheck(replays: number): boolean {
  return replays >= 16 && Number.isInteger(Math.log2(replays) / 2);
}
