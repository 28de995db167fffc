import fc from "fast-check";
import { expect, it } from "vitest";
import { DocumentBits } from "../../../src/storage/local/document-bits.ts";

const size = 100;
const documents = fc.uniqueArray(fc.nat(size - 1));

function bitsOf(list: readonly number[]): DocumentBits {
  const bits = new DocumentBits(size);
  bits.addEach(Uint32Array.from(list));
  return bits;
}

it("contains, counts and lists the same as a set of numbers", () => {
  fc.assert(
    fc.property(documents, documents, documents, (first, second, removed) => {
      const bits = bitsOf(first);
      bits.unite(bitsOf(second));
      for (const document of removed) bits.delete(document);
      const expected = [...new Set([...first, ...second])].filter((document) => !removed.includes(document)).sort((a, b) => a - b);
      expect([...bits.documents()]).toEqual(expected);
      expect(bits.count()).toBe(expected.length);
      expect(Array.from({ length: size }, (_, document) => document).filter((document) => bits.has(document))).toEqual(expected);
      bits.intersect(bitsOf(second));
      expect([...bits.documents()]).toEqual(expected.filter((document) => second.includes(document)));
    }),
  );
});

it("fills itself with as many documents as there are", () => {
  for (const size of [0, 1, 31, 32, 33, 64]) {
    const bits = new DocumentBits(size);
    bits.fill();
    expect([...bits.documents()]).toEqual(Array.from({ length: size }, (_, document) => document));
  }
});
