import { type AnyModel, numParameters } from '../models/model';
import { refuseUnknown } from '../options';
import { fail } from './expectation';

/** Expects a model to have so many trainable parameters, as `numParameters` counts them. */
export function expectParameters(
  model: AnyModel,
  count: number,
  { what, ...unknown }: { readonly what?: string } = {},
): void {
  refuseUnknown('expectParameters', unknown);
  const found = numParameters(model);
  if (found === count) return;
  const format = (value: number) => value.toLocaleString('en-US');
  fail(what, `${format(count)} parameters`, format(found));
}
