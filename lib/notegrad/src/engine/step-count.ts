import { ResidentInts } from './resident-ints';

/** A number of steps, which operations count on. */
export class StepCount extends ResidentInts {
  constructor(value: number) {
    super(Int32Array.of(value));
  }

  get value(): number {
    return this.values[0];
  }

  set value(value: number) {
    this.values[0] = value;
  }
}
