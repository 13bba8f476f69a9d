/** A vector shorter than this share of what it was, once others are taken out, was made of them. */
const DEPENDENT = 1e-10;

/**
 * Unit vectors at right angles that span what the given vectors span (Gram and Schmidt, each vector
 * twice, so that rounding leaves no angle). Vectors that depend on earlier ones are left out.
 */
export function orthonormal(vectors: Iterable<ArrayLike<number>>): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    const rest = Float64Array.from(vector);
    const before = length(rest);
    for (const b of [...basis, ...basis]) subtract(rest, dot(b, rest), b);
    const after = length(rest);
    if (after > DEPENDENT * before) basis.push(rest.map((value) => value / after));
  }
  return basis;
}

export function dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

export function length(x: ArrayLike<number>): number {
  return Math.sqrt(dot(x, x));
}

/** x ← x − share·y */
export function subtract(x: Float64Array, share: number, y: ArrayLike<number>): void {
  for (let i = 0; i < x.length; i++) x[i] -= share * y[i];
}

/** Σ weights[i]·vectors[i] */
export function combination(
  weights: ArrayLike<number>,
  vectors: readonly ArrayLike<number>[],
): Float64Array {
  const sum = new Float64Array(vectors[0].length);
  vectors.forEach((vector, i) => {
    subtract(sum, -weights[i], vector);
  });
  return sum;
}
