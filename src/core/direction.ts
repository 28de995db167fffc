/** Which way a text runs. */

/** Letters that run from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko and their neighbours. */
const rightToLeft = "\\u0590-\\u08FF\\uFB1D-\\uFDFF\\uFE70-\\uFEFC\\u{10800}-\\u{10FFF}\\u{1E800}-\\u{1EFFF}";
const anyRightToLeft = new RegExp(`[${rightToLeft}]`, "u");
const beginsRightToLeft = new RegExp(`^\\P{L}*[${rightToLeft}]`, "u");
/** Enough to tell; a text may be as long as a chapter. */
const charactersRead = 2_000;
/** Of the words: terms and acronyms stay in Latin letters in texts that run the other way, seldom in other ones. */
const rightToLeftShare = 0.4;

/** As most of its words do. HTML's `auto` goes by the first letter, which in Arabic abstracts is often an acronym's. */
export function directionOf(text: string): "ltr" | "rtl" {
  const read = text.slice(0, charactersRead);
  if (!anyRightToLeft.test(read)) return "ltr";
  const words = read.split(/\s+/).filter((word) => /\p{L}/u.test(word));
  const share = words.filter((word) => beginsRightToLeft.test(word)).length / words.length;
  return share >= rightToLeftShare ? "rtl" : "ltr";
}
