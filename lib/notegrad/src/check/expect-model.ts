import { checkCounts } from '../checks';
import { NotegradError } from '../errors';
import { type AnyModel, numParameters } from '../models/model';
import { optionsOf, refuseUnknown } from '../options';
import { fail } from './expectation';

/**
 * Expects a model to have so many trainable parameters, as `numParameters` counts them.
 *
 * @throws ExpectationError that names both numbers
 */
export function expectParameters(
  model: AnyModel,
  count: number,
  options: { readonly what?: string } = {},
): void {
  const { what, ...unknown } = optionsOf('expectParameters', options);
  refuseUnknown('expectParameters', unknown);
  checkCounts({ count }, NotegradError, 0);
  const found = numParameters(model);
  if (found === count) return;
  const format = (value: number) => value.toLocaleString('en-US');
  fail(what, `${format(count)} parameters`, format(found));
}
