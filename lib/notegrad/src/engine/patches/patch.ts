/** A change to what tfjs itself has. What it is for is said where it stands. */
export interface Patch {
  /** What is another afterwards: `Tensor.prototype.norm`, `losses.softmaxCrossEntropy`, … */
  readonly changes: readonly string[];
  readonly apply: () => void;
}

/** Applies each patch once, in the order given. */
export function applyOnce(patches: readonly Patch[]): void {
  for (const patch of patches) {
    if (applied.has(patch)) continue;
    applied.add(patch);
    patch.apply();
  }
}

const applied = new Set<Patch>();
