/** Whether two types are the same, `any` and unions included. */
export type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles where two types are the same: `Holds<Same<A, B>>`. */
export type Holds<T extends true> = T;

/** Compiles where the value's type is `Expected` and nothing wider or narrower. */
export function exactly<Expected>(): <Found>(
  value: Found,
  ...differs: Same<Found, Expected> extends true ? [] : ['the type is another', Found]
) => void {
  return () => {};
}
