/** The words that are single tokens of a model's tokenizer. They count as correctly spelt even if no paper contains them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** WordPiece and BPE map tokens to numbers, Unigram lists them with their scores. */
const tokenizerSchema = z.object({
  model: z.object({ vocab: z.union([z.record(z.string(), z.number()), z.array(z.tuple([z.string(), z.number()]))]) }),
});

/** The prefix that some tokenizers give to a token at the start of a word. */
const wordStart = /^[▁Ġ]/u;

/** @returns the words in lower case; none if the file cannot be read. */
export async function readWordList(modelFolder: string): Promise<ReadonlySet<string>> {
  try {
    const { vocab } = tokenizerSchema.parse(JSON.parse(await readFile(join(modelFolder, "tokenizer.json"), "utf8"))).model;
    const tokens = Array.isArray(vocab) ? vocab.map(([token]) => token) : Object.keys(vocab);
    const marksStarts = tokens.some((token) => wordStart.test(token));
    const words = marksStarts ? tokens.filter((token) => wordStart.test(token)).map((token) => token.slice(1)) : tokens;
    return new Set(words.filter((word) => /^\p{L}+$/u.test(word)).map((word) => word.toLowerCase()));
  } catch {
    return new Set();
  }
}
