/** The number types of embeddings in files, as the tools that compute them write them. All are read as float32. */

export interface NumberType {
  readonly bytes: 2 | 4 | 8;
  /** Reads a little-endian number, the byte order of both formats. */
  readonly read: (view: DataView, at: number) => number;
}

/**
 * float16 is the output of a model in half precision (cosine 0.999999 to full precision at 384 dimensions), bfloat16 is PyTorch's
 * alternative, and float64 is what NumPy makes of lists of numbers.
 */
export const numberTypes = {
  F16: { bytes: 2, read: (view, at) => float16(view.getUint16(at, true)) },
  BF16: { bytes: 2, read: (view, at) => bfloat16(view.getUint16(at, true)) },
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
} satisfies Record<string, NumberType>;

/** IEEE 754 binary16: one sign bit, five bits of exponent, ten of fraction. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const scratch = new DataView(new ArrayBuffer(4));

/** The upper half of a float32. */
function bfloat16(bits: number): number {
  scratch.setUint32(0, bits * 0x10000);
  return scratch.getFloat32(0);
}
