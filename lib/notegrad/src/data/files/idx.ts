import { DataError } from '../../errors';
import { counted } from './counted';

/** An array of bytes as LeCun's IDX format stores it. */
export interface IdxArray {
  readonly shape: readonly number[];
  /** Row-major; a view of the file's bytes. */
  readonly values: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;
const TYPE_NAMES: Readonly<Record<number, string>> = {
  8: 'unsigned bytes',
  9: 'signed bytes',
  11: 'shorts',
  12: 'ints',
  13: 'floats',
  14: 'doubles',
};

/**
 * Reads an IDX file of unsigned bytes: two zero bytes, the type (8), the number of dimensions, each
 * dimension's size as a big-endian 32-bit number, the values.
 *
 * @param file names the file in errors.
 * @param dimensions how many dimensions it must have: 3 for images, 1 for labels.
 * @see http://yann.lecun.com/exdb/mnist/
 */
export function parseIdx(bytes: Uint8Array, file: string, dimensions: number): IdxArray {
  const fail = (expected: string, found: string): never => {
    throw new DataError(`${file}: expected ${expected}, found ${found}`);
  };

  if (bytes.length === 0) fail('an IDX file', 'an empty file');
  const headerLength = 4 + 4 * dimensions;
  if (bytes.length < 4) fail('an IDX header', `only ${bytes.length} bytes`);

  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const expectedMagic = (UNSIGNED_BYTE << 8) | dimensions;
  if (magic !== expectedMagic) {
    fail(magicNumber(expectedMagic), magicNumber(magic));
  }
  if (bytes.length < headerLength) {
    fail(`a header of ${headerLength} bytes`, `only ${bytes.length} bytes`);
  }

  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const size = shape.reduce((product, length) => product * length, 1);
  if (headerLength + size !== bytes.length) {
    const state = bytes.length < headerLength + size ? 'truncated' : 'too long';
    fail(
      `${counted(headerLength + size)} bytes for the shape [${shape}]`,
      `${counted(bytes.length)} (${state})`,
    );
  }
  // Not `bytes.subarray`: of a Buffer that is a Buffer, whose `slice` shares memory.
  return { shape, values: new Uint8Array(bytes.buffer, bytes.byteOffset + headerLength, size) };
}

function magicNumber(magic: number): string {
  const [type, dimensions] = [(magic >>> 8) & 0xff, magic & 0xff];
  const known = magic >>> 16 === 0 && type in TYPE_NAMES;
  const meaning = known ? `${dimensions}-D ${TYPE_NAMES[type]}` : 'not IDX';
  return `magic number ${magic} (${meaning})`;
}
