/** The embedder without a model, on which other tests rely. */
import { describe, expect, it } from "vitest";
import { prepareText } from "../../../src/core/prepare.ts";
import { dot, faultOfVector } from "../../../src/core/vectors.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";

describe("the hashing embedder", () => {
  it("I4, I6: always gives a text the same unit vector, even one without words", async () => {
    for (const dimensions of [1, 31, 64]) {
      for (const text of ["copper kettles", "", "?!", "the"]) {
        const vector = await new HashingEmbedder(dimensions).embedQuery(text);
        expect(faultOfVector(vector, dimensions)).toBeUndefined();
        expect(await new HashingEmbedder(dimensions).embedQuery(text)).toEqual(vector);
      }
    }
  });

  it("places texts with common words near each other", async () => {
    const embedder = new HashingEmbedder(128);
    const [own, near, far] = await Promise.all(
      ["copper kettles boil", "kettles of copper", "the violin plays"].map((text) => embedder.embedQuery(text)),
    );
    if (own === undefined || near === undefined || far === undefined) throw new TypeError("three texts, three vectors");
    expect(dot(own, near)).toBeGreaterThan(dot(own, far) + 0.2);
  });

  it("gives each sentence its vector in bytes", async () => {
    const { sentences } = await new HashingEmbedder(32).embedDocument(prepareText({ title: "T", abstract: "One is here. Two is there." }));
    expect(sentences).toHaveLength(64);
  });
});
