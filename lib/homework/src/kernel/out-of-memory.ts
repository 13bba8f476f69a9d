const MIB = 2 ** 20;

/** What a reader can do whose kernel has no memory left. */
export const MEMORY_ADVICE: string =
  'use smaller batches, free tensors (tf.tidy, dispose), keep less in variables, or give JavaScript ' +
  'more: NODE_OPTIONS=--max-old-space-size=8192 (MiB) before Jupyter or homework starts';

/** `3,210 MiB` */
export function inMebibytes(bytes: number): string {
  return `${Math.round(bytes / MIB).toLocaleString('en')} MiB`;
}
