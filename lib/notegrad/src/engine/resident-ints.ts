/** Where an engine keeps numbers that its operations change. */
export interface Home {
  readonly values: Int32Array;
  /** Computes all that was asked of the engine, so that the numbers are those of now. */
  settle(): void;
  /** Takes the memory back. */
  release(): void;
}

/**
 * A few whole numbers that operations read and change: in memory of their own until an engine takes
 * them into its.
 */
export class ResidentInts {
  private home: Home | undefined;

  constructor(private own: Int32Array) {}

  /** The numbers of now, to read or to set. */
  get values(): Int32Array {
    this.home?.settle();
    return this.own;
  }

  moveTo(home: Home): void {
    home.values.set(this.values);
    this.own = home.values;
    this.home = home;
  }

  /** Gives the engine its memory back. */
  dispose(): void {
    this.own = this.values.slice();
    this.home?.release();
    this.home = undefined;
  }
}
