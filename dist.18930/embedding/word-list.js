/** The words that a model's tokenizer has whole: people write them so, whatever a library's papers do. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
/** WordPiece and BPE name tokens by number, Unigram lists them with their scores. */
const tokenizerSchema = z.object({
    model: z.object({ vocab: z.union([z.record(z.string(), z.number()), z.array(z.tuple([z.string(), z.number()]))]) }),
});
/** What stands before a token that begins a word, in some tokenizers. */
const wordStart = /^[▁Ġ]/u;
/** @returns in lower case; none where the file cannot be read: then no word is known. */
export async function readWordList(modelFolder) {
    try {
        const { vocab } = tokenizerSchema.parse(JSON.parse(await readFile(join(modelFolder, "tokenizer.json"), "utf8"))).model;
        const tokens = Array.isArray(vocab) ? vocab.map(([token]) => token) : Object.keys(vocab);
        const marksStarts = tokens.some((token) => wordStart.test(token));
        const words = marksStarts ? tokens.filter((token) => wordStart.test(token)).map((token) => token.slice(1)) : tokens;
        return new Set(words.filter((word) => /^\p{L}+$/u.test(word)).map((word) => word.toLowerCase()));
    }
    catch {
        return new Set();
    }
}
//# sourceMappingURL=word-list.js.map