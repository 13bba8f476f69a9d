import type { NumberedRequest, VariableNews } from './messages';
import type { Tensors } from './tensors';
import { type Sender, type TensorParts, toWire, type Wire } from './values';

/** The examiner's variables that the student's process has, too, by the student's numbers. */
export class ExaminersVariables {
  private readonly known = new Map<number, { readonly variable: object; bytes: Uint8Array }>();
  private readonly numbers = new Map<object, number>();
  /** Those of models that the test made: what becomes of them elsewhere counts for the test if it may. */
  private readonly lent = new Set<number>();
  private readonly own = new Set<object>();

  constructor(private readonly tensors: Tensors) {}

  get isEmpty(): boolean {
    return this.known.size === 0;
  }

  numberOf(variable: object): number | undefined {
    return this.numbers.get(variable);
  }

  /** The variable of this number. */
  of(number: number): object | undefined {
    return this.known.get(number)?.variable;
  }

  isLent(number: number): boolean {
    return this.lent.has(number);
  }

  /** A variable as the student's process has it now. */
  heardOf(number: number, parts: TensorParts): object {
    const before = this.of(number);
    const variable = this.tensors.tensorOf(parts, before);
    if (variable !== before) this.own.add(variable);
    this.note(number, variable, parts.bytes);
    return variable;
  }

  /** The student's process has values that the test does not take over: it gets back those that it had. */
  refuse(number: number, { bytes }: TensorParts): object | undefined {
    const known = this.known.get(number);
    if (known) known.bytes = Uint8Array.from(bytes);
    return known?.variable;
  }

  /** A model of the test's was built there, whose variables have these numbers. */
  lend(model: object, numbers: readonly number[]): void {
    const variables = this.tensors.variablesOf(model);
    if (variables.length !== numbers.length) throw new TypeError('another model was built');
    for (const [i, variable] of variables.entries()) {
      this.note(numbers[i], variable, this.tensors.partsOf(variable)!.bytes);
      this.lent.add(numbers[i]);
    }
  }

  /** Whether the test made of a variable what the student's process does not know. */
  get areChanged(): boolean {
    return [...this.known.values()].some(
      ({ variable, bytes }) => this.changed(variable, bytes) !== undefined,
    );
  }

  /** What the test made of variables that the student's process has otherwise. */
  assigned(sender: Sender, blobs: Uint8Array[]): NonNullable<NumberedRequest['assigned']> {
    const changed: { of: number; value: Wire }[] = [];
    for (const [of, one] of this.known) {
      const parts = this.changed(one.variable, one.bytes);
      if (!parts) continue;
      one.bytes = Uint8Array.from(parts.bytes);
      const asConstant: Sender = {
        ...sender,
        tensorParts: () => ({ dtype: parts.dtype, shape: parts.shape, bytes: one.bytes }),
      };
      changed.push({ of, value: toWire(one.variable, asConstant, blobs) });
    }
    return changed;
  }

  /** The test is over. */
  dispose(): void {
    for (const variable of this.own) this.tensors.dispose(variable);
  }

  private changed(variable: object, before: Uint8Array): TensorParts | undefined {
    const parts = this.tensors.partsOf(variable);
    const isSame = !parts || parts.isDisposed || Buffer.compare(parts.bytes, before) === 0;
    return isSame ? undefined : parts;
  }

  private note(number: number, variable: object, bytes: Uint8Array): void {
    this.known.set(number, { variable, bytes: Uint8Array.from(bytes) });
    this.numbers.set(variable, number);
  }
}

/** Whether news of a process that may be anybody's is such. */
export function isNews({ built, touched }: Partial<VariableNews>): boolean {
  const areNumbers = (list: unknown) =>
    Array.isArray(list) && list.every((one) => Number.isSafeInteger(one));
  return (
    (touched === undefined || areNumbers(touched)) &&
    (built === undefined ||
      (Array.isArray(built) &&
        built.every((one) => Number.isSafeInteger(one?.id) && areNumbers(one?.variables))))
  );
}
