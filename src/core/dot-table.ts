/**
 * Many inner products at once, with the processor's vector instructions: a sixth of the time that they take in JavaScript, which has
 * none. Figures: src/README.md, Speed and durability.
 */
import { dotTableCode } from "./dot-table-code.ts";
import { dot } from "./vectors.ts";

/** Node has it; its types are those of browsers. */
declare const WebAssembly: {
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: object };
};

/** What dot-table.wat exports. */
interface Code {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  multiply(vectors: number, vectorCount: number, rows: number, rowCount: number, length: number, products: number): void;
}

const pageBytes = 65_536;
const floatBytes = 4;
/** Vectors that are in WebAssembly memory at once: that memory never shrinks. */
const vectorsAtOnce = 256;

let code: Code | undefined;
let isRefused = false;

/**
 * Undefined if the system cannot provide memory: each WebAssembly memory reserves gigabytes of address space, of which little is used,
 * and `ulimit -v` counts all of it.
 */
function loadCode(): Code | undefined {
  if (code !== undefined || isRefused) return code;
  try {
    code = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(dotTableCode, "base64"))).exports as Code;
  } catch {
    isRefused = true;
  }
  return code;
}

/**
 * Inner products of each vector with each row, in single precision. All have the same length.
 * @returns `vectors.length × rows.length` numbers, vector by vector.
 */
export function dotTable(vectors: readonly Float32Array[], rows: readonly Float32Array[]): Float32Array {
  const length = rows[0]?.length ?? 0;
  const loaded = vectors.length * length === 0 ? undefined : loadCode();
  if (loaded === undefined) return Float32Array.from(vectors.flatMap((vector) => rows.map((row) => dot(vector, row))));
  const products = new Float32Array(vectors.length * rows.length);
  for (let from = 0; from < vectors.length; from += vectorsAtOnce) {
    fillProducts(loaded, vectors.slice(from, from + vectorsAtOnce), rows, products.subarray(from * rows.length));
  }
  return products;
}

/** The same for as many vectors as fit into memory at once. */
function fillProducts(
  { memory, multiply }: Code,
  vectors: readonly Float32Array[],
  rows: readonly Float32Array[],
  products: Float32Array,
): void {
  // Four numbers and four rows at a time. Vectors are padded with 0; rows beyond the last are not read.
  const length = roundUp(rows[0]?.length ?? 0, 4);
  const rowCount = roundUp(rows.length, 4);
  const rowsAt = vectors.length * length;
  const productsAt = rowsAt + rowCount * length;
  const end = productsAt + vectors.length * rowCount;
  const missing = end * floatBytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
  const numbers = new Float32Array(memory.buffer, 0, end);
  if (length !== rows[0]?.length) numbers.fill(0, 0, productsAt);
  for (const [at, vector] of vectors.entries()) numbers.set(vector, at * length);
  for (const [at, row] of rows.entries()) numbers.set(row, rowsAt + at * length);
  multiply(0, vectors.length, rowsAt * floatBytes, rowCount, length * floatBytes, productsAt * floatBytes);
  for (let at = 0; at < vectors.length; at++) {
    const start = productsAt + at * rowCount;
    products.set(numbers.subarray(start, start + rows.length), at * rows.length);
  }
}

function roundUp(count: number, step: number): number {
  return Math.ceil(count / step) * step;
}
