/**
 * The tagged text of the Web of Science, formerly ISI (`.isi`, `.ciw`): tags of two letters, continuation lines indented by three, records
 * from `PT` to `ER`. Inspec's export has the same tags, and writes sub- and superscripts with slashes. Tags:
 * https://images.webofknowledge.com/images/help/WOS/hs_wos_fieldtags.html
 */
import type { NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { idsOf } from "./bibliographic.ts";
import { listedAuthor, listedWords } from "./listed-text.ts";
import { readLooseDate } from "./loose-date.ts";
import { paperOf } from "./record.ts";
import { readTaggedPapers, type TaggedRecord, type TaggedSyntax } from "./tagged-text.ts";

const name = "isi";

const syntax: TaggedSyntax = {
  fieldOf(line) {
    const [, tag, value = ""] = /^([A-Z][A-Z0-9])(?:\s(.*))?$/.exec(line) ?? [];
    return tag === undefined ? undefined : [tag, value];
  },
  first: "PT",
  last: "ER",
  outside: new Set(["FN", "VR", "EF"]),
  isIndented: true,
};

export const isiFormat: Format = {
  name,
  description: "the tagged text of the Web of Science and of Inspec (.isi, .ciw)",
  recognize(head) {
    if (!/^(?:\ufeff)?PT [A-Z]\s*$/m.test(head)) return 0;
    return /^(?:\ufeff)?FN /.test(head) || /^(?:AU|TI|UT) \S/m.test(head) ? 1 : 0;
  },
  read: (input) => readTaggedPapers(input, syntax, paperOfRecord),
};

function paperOfRecord(record: TaggedRecord): NewPaper {
  const number = record.first("UT");
  const isInspec = number?.startsWith("INSPEC:") === true;
  const inTex = (text: string | undefined) => (isInspec && text !== undefined ? withIndices(text) : text);
  return paperOf(
    {
      ids: idsOf({
        doi: record.first("DI", "D2"),
        pmid: record.first("PM"),
        accession: number === undefined ? [] : [number],
      }),
      nameless: true,
      title: inTex(record.first("TI")),
      abstract: inTex(record.first("AB")),
      authors: record.firstAll("AF", "AU", "BE", "CA").flatMap((text) => text.split("\n").map(listedAuthor)),
      published: publishedOf(record),
      venue: record.first("SO", "JI", "J9"),
      keywords: (isInspec ? record.all("DE").map(inspecWords) : record.all("DE", "ID")).flatMap((text) =>
        listedWords(text.replaceAll("\n", " ")),
      ),
    },
    name,
  );
}

/** PD is `JUN 14` or `SPR`; Inspec repeats the year in it: `06 2006`. */
function publishedOf(record: TaggedRecord): string | undefined {
  const [year, day] = [record.first("PY"), record.first("PD")];
  const [, month] = /^(\d{1,2}) \d{4}$/.exec(day ?? "") ?? [];
  return readLooseDate(year, month ?? day) ?? readLooseDate(record.first("EA"));
}

/** `LiNbO/sub 3/` → `LiNbO$_{3}$`. */
function withIndices(text: string): string {
  return text.replace(
    /\/(sub|sup)\s([^/]{1,40})\//g,
    (_, kind: string, index: string) => `$${kind === "sub" ? "_" : "^"}{${index.replace(/\s+/g, "")}}$`,
  );
}

/** The parts of `treatment/ thesaurus terms/ words of the authors// codes/ numbers/ substances` that are meant for readers. */
function inspecWords(text: string): string {
  return withIndices(text).split("/").slice(1, 3).join(";");
}
