import { signatureOf } from '../../containers';
import * as tf from '../../tf';
import { NativeBackend } from '../backend/native-backend';
import { isObserved, stepOf, traced } from './compile-step';
import { Traces } from './record/traces';
import { type Observed, Obstacle, Replay } from './replay/replay';
import type { Segment } from './replay/segment';

/** A step that runs without its JavaScript, most of the time. */
export interface PureStep<B, R> {
  (batch: B): R;
  /** Lets the JavaScript run at the next call, to see whether it still does the same. */
  check(): void;
}

const MOST_KINDS = 16;

/**
 * A step whose JavaScript its author promises to do the same at each call: for small networks the
 * quickest way to train. It runs until two calls in a row asked for the same, and then again only to
 * check the promise, at calls that lie further and further apart. What may change is the batch,
 * variables, learning rates and native random numbers.
 *
 * A promise that turns out to be broken is said once, and from then on the JavaScript runs at every
 * call, as `compileStep` has it; steps between two checks were then trained on what was.
 */
export function pureStep<B, R>(step: (batch: B) => R): PureStep<B, R> {
  const traces = new Traces();
  const kinds = new Map<string, Kind<B, R>>();
  let isPure = true;
  const breakPromise = (reason: string) => {
    isPure = false;
    console.warn(
      `compile: true promises a step that does the same at each call, but ${reason}: ` +
        'from now on its JavaScript runs at every step',
    );
  };
  const run = (batch: B): R => {
    const backend = tf.backend();
    if (!(backend instanceof NativeBackend) || isObserved(backend)) return step(batch);
    if (!isPure) return traced(traces, stepOf(step, batch));
    const signature = signatureOf(batch);
    const kind = kinds.get(signature) ?? new Kind(backend, traces, step, breakPromise);
    kinds.delete(signature);
    kinds.set(signature, kind);
    if (kinds.size > MOST_KINDS) kinds.delete(kinds.keys().next().value!);
    return kind.run(batch);
  };
  const check = () => {
    for (const kind of kinds.values()) kind.check();
  };
  return Object.assign(run, { check });
}

/** What is known of a step for batches of one kind. */
class Kind<B, R> {
  private last: Replay<R> | Obstacle = new Obstacle('it was called only once');
  private replay: Replay<R> | null = null;
  private calls = 0;
  private nextCheck = 0;

  constructor(
    private readonly backend: NativeBackend,
    private readonly traces: Traces,
    private readonly step: (batch: B) => R,
    private readonly breakPromise: (reason: string) => void,
  ) {}

  check(): void {
    this.nextCheck = 0;
  }

  run(batch: B): R {
    if (this.replay?.isCurrent() === false) this.replay = null;
    if (this.replay !== null && ++this.calls < this.nextCheck) return this.replay.run(batch);
    const { result, ...observed } = this.observe(batch);
    const now = Replay.of(this.backend, { result, ...observed });
    const difference =
      this.last instanceof Obstacle
        ? this.last.reason
        : now instanceof Obstacle
          ? now.reason
          : this.last.difference(now);
    if (difference === null) {
      this.replay = now as Replay<R>;
      // Irregular, so that no period in the step hides from it.
      this.nextCheck = this.calls + 8 + Math.floor((this.calls * (5 + (this.calls % 7))) / 11);
    } else if (this.replay !== null) {
      this.replay = null;
      this.breakPromise(difference);
    }
    this.last = now;
    return result;
  }

  private observe(batch: B): Observed<R> {
    const variables = new Map(
      Object.values(tf.engine().registeredVariables).map((variable) => [
        this.backend.dataOf(variable.dataId),
        variable,
      ]),
    );
    const segments: Segment[] = [];
    const result = traced(this.traces, stepOf(this.step, batch), (segment) => {
      segments.push(segment);
    });
    const [segment] = segments;
    const isWhole = segments.length === 1;
    return {
      segment: isWhole ? segment : { ...segment, program: undefined },
      batch,
      result,
      variables,
    };
  }
}
