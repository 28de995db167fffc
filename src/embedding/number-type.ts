/** The numbers of embeddings in files: what the tools that compute them write, read as float32. */

export interface NumberType {
  readonly bytes: 2 | 4 | 8;
  /** Little-endian, as both formats have them here. */
  readonly read: (view: DataView, at: number) => number;
}

/**
 * float16 is what a model in half precision gives (a cosine of 0.999999 to the whole one at 384 dimensions), bfloat16 what
 * PyTorch has instead, float64 what NumPy makes of lists of numbers.
 */
export const numberTypes = {
  F16: { bytes: 2, read: (view, at) => float16(view.getUint16(at, true)) },
  BF16: { bytes: 2, read: (view, at) => bfloat16(view.getUint16(at, true)) },
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
} satisfies Record<string, NumberType>;

/** IEEE 754 binary16: a sign, five bits of exponent, ten of fraction. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const scratch = new DataView(new ArrayBuffer(4));

/** The first half of a float32. */
function bfloat16(bits: number): number {
  scratch.setUint32(0, bits * 0x10000);
  return scratch.getFloat32(0);
}
