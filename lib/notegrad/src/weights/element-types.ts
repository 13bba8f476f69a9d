/** The element types that weight files hold here, and the typed array of each. */
export interface ArrayOfType {
  float64: Float64Array;
  float32: Float32Array;
  /** The bits of IEEE half precision: JavaScript has no numbers of this type. */
  float16: Uint16Array;
  /** The upper half of a float32's bits. */
  bfloat16: Uint16Array;
  int64: BigInt64Array;
  int32: Int32Array;
  int16: Int16Array;
  int8: Int8Array;
  uint64: BigUint64Array;
  uint32: Uint32Array;
  uint16: Uint16Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

/** The types of a tensor's elements, by PyTorch's names. */
export type ElementType = keyof ArrayOfType;

/** Makes each of them. */
export const arrays: {
  readonly [T in ElementType]: {
    new (size: number): ArrayOfType[T];
    new (buffer: ArrayBuffer, byteOffset: number, length: number): ArrayOfType[T];
    readonly BYTES_PER_ELEMENT: number;
  };
} = {
  float64: Float64Array,
  float32: Float32Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint64: BigUint64Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

/** Types whose every value is a float32 too. */
const exactAsFloat32: ReadonlySet<ElementType> = new Set<ElementType>([
  ...(['float32', 'float16', 'bfloat16', 'int16', 'int8', 'uint16', 'uint8', 'bool'] as const),
]);

/** Whether a conversion to float32 keeps every value that the type can have. */
export function widensToFloat32(type: ElementType): boolean {
  return exactAsFloat32.has(type);
}

/** The values as float32, rounded where the type is not exact in it; the array itself if it is float32. */
export function toFloat32<T extends ElementType>(type: T, data: ArrayOfType[T]): Float32Array {
  switch (type) {
    case 'float32':
      return data as Float32Array;
    case 'float16':
      return Float32Array.from(data as Uint16Array, float16Value);
    case 'bfloat16':
      return new Float32Array(Uint32Array.from(data as Uint16Array, (bits) => bits << 16).buffer);
    default:
      return Float32Array.from(data as ArrayLike<number | bigint>, Number);
  }
}

/** IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
