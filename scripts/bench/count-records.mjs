// Counts the records of a file by a pattern with which each of them begins, independently of the readers that are measured.

const marks = {
  "acl-anthology": /<paper[\s>]/g,
  "arxiv-atom": /<entry[\s>]/g,
  bibtex: /^[ \t]*@(?!comment\b|preamble\b|string\b|set\b)[a-z]+\s*[{(,]/gim,
  "datacite-xml": /<(?:\w+:)?resource[\s>]/g,
  "endnote-xml": /<record[\s>]/g,
  feed: /<(?:entry|item)[\s>]/g,
  isi: /^PT /gm,
  jats: /<article[\s>]/g,
  mods: /<(?:\w+:)?mods[\s>]/g,
  "pubmed-xml": /<Pubmed(?:Book)?Article>/g,
  ris: /^TY {1,2}-/gm,
  // Items are indented by one level and have an address; journals and notes are not items.
  "zotero-rdf": /^ {4}<(?:bibo|bib|sioct):(?!Journal|Memo)\w+ rdf:about=/gm,
  "hf-page": /\d authors?\s*$/gm,
  "id-list": /^\s*\w/gm,
};

/** Formats in which a file without the pattern is one record. */
const single = {
  "crossref-xml": /<(?:\w+:)?doi_record[\s>]/g,
  "endnote-tagged": /^%0/gm,
  "oai-pmh": /<(?:\w+:)?record[\s>]/g,
};

export function countRecords(format, text) {
  const count = (mark) => [...text.matchAll(mark)].length;
  if (format in marks) return count(marks[format]);
  if (format in single) return Math.max(1, count(single[format]));
  if (format === "csl" && !/^\s*[[{]/.test(text)) return count(/^ *- id:/gm);
  // Records begin with any tag after an empty line.
  if (format === "nbib") return text.split(/\n\s*\n/).filter((block) => /^[A-Z]{2,4} *-/.test(block.trimStart())).length;
  if (format === "csv") return text.trim().split("\n").length - 1;
  return countJson(text);
}

/** The length of a list, or of the list in an object; otherwise the number of lines. */
function countJson(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return text.split("\n").filter((line) => line.trim() !== "").length;
  }
  if (Array.isArray(value)) return value.length;
  const { message } = value;
  const lists = [value.data, value.results, value.recommendedPapers, value.papers, value.items, message?.items];
  return lists.find((list) => Array.isArray(list))?.length ?? 1;
}
