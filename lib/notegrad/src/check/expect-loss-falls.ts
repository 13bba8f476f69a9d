import { checkLists } from '../checks';
import { NotegradError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import { fail } from './expectation';

/** How far `expectLossFalls` wants losses to fall. */
export interface LossFallsOptions {
  /** What is trained, for the message. Default the loss. */
  readonly what?: string;
  /** The last losses, on average, are below this share of the first. Default 0.9. */
  readonly below?: number;
}

/**
 * Expects the losses of a training run to fall: the mean of its last tenth is below a share of the mean
 * of its first tenth. Losses are from 0; one that is no finite number is none that falls.
 *
 * @param losses In the order of training, such as `history.steps.loss`; at least 2.
 * @throws ExpectationError that names where they begin and end
 */
export function expectLossFalls(losses: ArrayLike<number>, options: LossFallsOptions = {}): void {
  const { what = 'the loss', below = 0.9, ...unknown } = optionsOf('expectLossFalls', options);
  refuseUnknown('expectLossFalls', unknown);
  checkLists({ losses }, NotegradError);
  if (!(below > 0)) throw new NotegradError(`invalid share: ${below} (above 0)`);
  const all = Array.from(losses);
  if (all.length < 2) fail(what, 'at least 2 losses', String(all.length));
  const wrong = all.findIndex((loss) => !Number.isFinite(loss));
  if (wrong >= 0) fail(what, 'numbers', `${all[wrong]} in step ${wrong + 1}`);
  const tenth = Math.max(1, Math.floor(all.length / 10));
  const mean = (part: readonly number[]) => part.reduce((sum, loss) => sum + loss, 0) / part.length;
  const [first, last] = [mean(all.slice(0, tenth)), mean(all.slice(-tenth))];
  if (last < below * first) return;
  const digits = (value: number) => String(Number(value.toPrecision(4)));
  fail(
    what,
    `less than ${digits(below * first)} at the end (${digits(first)} at the start)`,
    digits(last),
  );
}
