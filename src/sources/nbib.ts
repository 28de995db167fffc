/**
 * MEDLINE's own text format, in which PubMed exports to reference managers (`.nbib`): tags of up to four letters, a dash in the fifth
 * column, continuation lines indented by six. Tags: https://www.nlm.nih.gov/bsd/mms/medlineelements.html
 */
import type { NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { idsOf } from "./bibliographic.ts";
import { listedAuthor } from "./listed-text.ts";
import { readLooseDate } from "./loose-date.ts";
import { paperOf } from "./record.ts";
import { readTaggedPapers, type TaggedRecord, type TaggedSyntax } from "./tagged-text.ts";

const name = "nbib";

const syntax: TaggedSyntax = {
  fieldOf(line) {
    const [, tag, value = ""] = /^([A-Z][A-Z0-9]{1,3}) {0,2}-(.*)$/.exec(line) ?? [];
    return tag === undefined ? undefined : [tag, value];
  },
  first: "PMID",
  startsAfterBlank: () => true,
  isIndented: true,
};

export const nbibFormat: Format = {
  name,
  description: "PubMed's tagged text (.nbib, MEDLINE)",
  mediaTypes: ["application/nbib"],
  recognize: (head) => (/^(?:\ufeff)?PMID ?- ?\d{1,9}\s*$/m.test(head) ? 1 : 0),
  read: (input) => readTaggedPapers(input, syntax, paperOfRecord),
};

function paperOfRecord(record: TaggedRecord): NewPaper {
  const located = record.all("LID", "AID");
  return paperOf(
    {
      ids: idsOf({
        pmid: record.first("PMID"),
        doi: located.find((text) => /\[doi\]|^doi:/i.test(text)),
        pmcid: record.first("PMC"),
      }),
      nameless: true,
      title: [record.all("TI").join(" "), record.all("BTI").join(" "), record.first("TT", "CTI", "VTI")].find((text) => text !== ""),
      abstract: (record.has("AB") ? record.all("AB") : record.all("OAB")).join(" "),
      authors: [...record.firstAll("FAU", "AU", "FED", "ED"), ...record.all("CN")].map(listedAuthor),
      published: readLooseDate(record.first("DP")) ?? readLooseDate(record.first("DEP")),
      venue: record.first("JT", "TA"),
      keywords: [...record.all("OT"), ...record.all("MH")].flatMap(headingOf),
      status: record.all("PT").some((type) => /^retracted publication$/i.test(type)) ? "retracted" : undefined,
    },
    name,
  );
}

/** `Women, Working/*history/psychology` → `Women, Working`: a subheading alone means little. */
function headingOf(text: string): string[] {
  const [heading = ""] = text.split("/");
  return [heading.replaceAll("*", "")];
}
