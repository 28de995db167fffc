/** Removes what publishers put around abstracts: labels and copyright notices. */
import { normalizeText } from "./text.ts";

/** In characters; a longer text is not a notice. */
const longestNotice = 320;

/** The beginning of a notice after the end of a sentence: a copyright sign with a year, or one of the set phrases. */
const notice =
  /(?:^|[.!?…)\]”"’]\s*)((?:copyright\s*)?(?:©|\(c\)\s?(?=(?:copyright\s*)?(?:19|20)\d\d\b))|copyright\s+(?=(?:©\s*)?(?:by\s+[A-Z][^.]{1,60}\s)?(?:19|20)\d\d\b)|\(?this article is protected by copyright|all rights reserved|published by elsevier|\bcrown copyright\b)/gi;

/** What a text must contain to be certainly a notice. */
const certain = /©|\b(?:19|20)\d\d\b|rights reserved|protected by copyright|published by/i;

/** One line of readable text, without a leading label (`Abstract:`) and a trailing publisher's notice. */
export function normalizeAbstract(raw: string): string {
  return withoutNotice(normalizeText(raw).replace(/^(?:abstract|summary)\s*[:.—–-]\s*(?=\S)/i, ""));
}

function withoutNotice(text: string): string {
  const from = Math.max(0, text.length - longestNotice);
  const tail = text.slice(from);
  for (const match of tail.matchAll(notice)) {
    const sign = match[1] ?? "";
    const at = match.index + match[0].length - sign.length;
    // A match at the start of the tail counts only if the text itself begins there.
    if (match.index === 0 && from > 0 && at === 0) continue;
    const rest = tail.slice(at);
    // If more text follows, the match was part of the abstract.
    if (!certain.test(rest) || sentencesIn(rest) > 4) continue;
    return text.slice(0, from + at).trimEnd();
  }
  return text;
}

function sentencesIn(text: string): number {
  return text.split(/[.!?]\s+(?=\p{Lu})/u).length;
}
