/** An IDX file of images whose bytes count up from 0. */
export function idxImages(count: number, height: number, width: number): Uint8Array {
  const header = new Uint8Array(16);
  const view = new DataView(header.buffer);
  [0x0803, count, height, width].forEach((word, i) => {
    view.setUint32(4 * i, word);
  });
  const pixels = Uint8Array.from({ length: count * height * width }, (_, i) => i);
  return Uint8Array.from([...header, ...pixels]);
}

/** An IDX file of labels. */
export function idxLabels(labels: readonly number[]): Uint8Array {
  return Uint8Array.from([0, 0, 8, 1, 0, 0, 0, labels.length, ...labels]);
}
