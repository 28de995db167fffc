/** Ids in XML formats. */
import { recognizeId } from "../core/identity.ts";

/** Those of the texts that are ids in a known scheme; nobody could look up any other id. */
export function knownIds(texts: readonly (string | undefined)[]): string[] {
  return texts.filter((text) => text !== undefined).filter((text) => recognizeId(text) !== undefined);
}

/** The DOIs in a text, which may hold several, with or without `doi:` or an address. */
export function doisIn(text: string | undefined): string[] {
  const words = (text ?? "").split(/[\s,;|]+/).map((word) => word.replace(/^(?:info:|urn:)?doi[:/]+/i, ""));
  return words.filter((word) => /^(?:https?:\/\/\S*?\/)?10\./i.test(word) && recognizeId(word) !== undefined);
}
