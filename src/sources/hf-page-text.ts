/** Decides which of the lines above the number of authors are headings of the page, the title, and the abstract. */

/** One line of a block, and whether an empty line comes before it. */
export interface BlockLine {
  readonly text: string;
  readonly number: number;
  readonly startsParagraph: boolean;
}

/** A line of at least this length is a paragraph of an abstract; few titles are this long. */
const proseLength = 200;

const weekday = "(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}";
const month = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}";
const date = `(?:${weekday}\\.?,? )?(?:20\\d\\d-\\d\\d-\\d\\d|${month}\\.? \\d{1,2}(?:,? 20\\d\\d)?|\\d{1,2}\\.? ${month}(?:,? 20\\d\\d)?)`;
const phrase = "hugging face|(?:hugging face )?(?:daily|trending|weekly|monthly)? ?papers(?: page)?|by ak and the research community";
const headingPattern = new RegExp(
  `^(?:(?:${phrase})(?:(?: ?[-–—·•|:,])? (?:(?:of|for) )?(?:${date}|hugging face))?|${date}|\\d{1,5})$`,
  "i",
);

/** A heading that all such pages have, a day alone, or a number (of votes). */
export function isHeading(text: string): boolean {
  return text.length < proseLength && headingPattern.test(text);
}

/**
 * The first line is the title, and the rest is the abstract. Above the first paper of a page there may be arbitrary headings: there the
 * title is the last of the lines before the first paragraph, not counting lines that end as sentences do.
 */
export function textOfBlock(lines: readonly BlockLine[], isFirst: boolean): { title: string; abstract: string; headings: string[] } {
  const prose = isFirst ? lines.findIndex(({ text }) => text.length >= proseLength) : -1;
  const title = Math.max(
    0,
    lines.findLastIndex(({ text }, at) => at < prose && !/[.;:!]$/.test(text)),
  );
  const abstract = lines.slice(title + 1).map(({ text, startsParagraph }) => (startsParagraph ? `\n${text}` : text));
  return {
    title: lines[title]?.text ?? "",
    abstract: abstract.join("\n"),
    headings: lines.slice(0, title).map(({ text }) => text),
  };
}
