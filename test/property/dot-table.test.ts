/** Tables of inner products, with and without WebAssembly. */
import fc from "fast-check";
import { afterEach, expect, it, vi } from "vitest";
import { dot } from "../../src/core/vectors.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** Several vectors and rows of the same length, possibly none of either. */
const tables = fc.record({ length: fc.integer({ min: 1, max: 70 }), vectors: fc.nat(600), rows: fc.nat(11), seed: fc.integer() });

function vectorsOf(count: number, length: number, seed: number): Float32Array[] {
  return Array.from({ length: count }, (_, vector) => Float32Array.from({ length }, (__, at) => Math.sin(seed + 31 * vector + 7 * at)));
}

/** How far single precision may be from double precision: the sum of that many products of numbers up to 1. */
const decimals = 4;

async function expectProductsOfPairs(): Promise<void> {
  vi.resetModules();
  const { dotTable } = await import("../../src/core/dot-table.ts");
  fc.assert(
    fc.property(tables, ({ length, seed, ...counts }) => {
      const [vectors, rows] = [vectorsOf(counts.vectors, length, seed), vectorsOf(counts.rows, length, seed + 1)];
      const products = dotTable(vectors, rows);
      const wanted = vectors.flatMap((vector) => rows.map((row) => dot(vector, row)));
      expect(products.length).toBe(wanted.length);
      expect(wanted.filter((product, at) => !(Math.abs((products[at] ?? Number.NaN) - product) < 10 ** -decimals))).toEqual([]);
    }),
    { numRuns: 60 },
  );
}

it("tables contain the product of each pair", async () => {
  const { Module, Instance } = Reflect.get(globalThis, "WebAssembly");
  const loaded = vi.fn(function load(module: object) {
    return new Instance(module);
  });
  vi.stubGlobal("WebAssembly", { Module, Instance: loaded });
  await expectProductsOfPairs();
  expect(loaded).toHaveBeenCalledOnce();
});

it("tables contain the same if the system has no room for WebAssembly", async () => {
  const refused = vi.fn(function load() {
    throw new RangeError("WebAssembly.Memory(): could not allocate memory");
  });
  vi.stubGlobal("WebAssembly", { Module: class {}, Instance: refused });
  await expectProductsOfPairs();
  // Once: after a refusal it is not requested again.
  expect(refused).toHaveBeenCalledOnce();
});
