import * as tf from '../engine/tf';
import type { Divergence, History } from './history';

/** Losses stay on the engine until so many are read together: reading waits for a GPU. */
const READ_TOGETHER = 32;
/** Of slow steps, losses are read at least this often. */
const READ_AFTER_MS = 1000;

/** The losses of steps that are made but not read, on their way to the history. */
export class PendingLosses {
  /** Whether a loss that was read here is not a finite number. */
  haveDiverged = false;
  private readonly pending: tf.Scalar[] = [];
  private readAt = performance.now();

  /** @param onDivergence called at the first loss that is not finite */
  constructor(
    private readonly history: History,
    private readonly onDivergence: (divergence: Divergence) => void,
  ) {}

  add(loss: tf.Scalar): void {
    this.pending.push(loss);
  }

  readIfDue(epoch: number): void {
    const isDue =
      this.pending.length >= READ_TOGETHER || performance.now() - this.readAt >= READ_AFTER_MS;
    if (isDue) this.read(epoch);
  }

  /** @param epoch the one that the steps belong to */
  read(epoch: number): void {
    const { history, pending } = this;
    for (const tensor of pending) {
      const [loss] = tensor.dataSync();
      const divergence = { epoch, step: history.steps.loss.push(loss) - 1, loss };
      if (Number.isFinite(loss) || this.haveDiverged) continue;
      this.haveDiverged = true;
      history.diverged ??= divergence;
      this.onDivergence(divergence);
    }
    this.dispose();
    this.readAt = performance.now();
  }

  dispose(): void {
    tf.dispose(this.pending.splice(0));
  }
}
