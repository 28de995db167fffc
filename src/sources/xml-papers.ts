/** The papers of an XML document of any format: a record that yields no paper becomes a refusal that says where and why. */
import type { NewPaper } from "../core/paper.ts";
import type { Place, SourceInput, SourceRecord } from "../core/source.ts";
import { paperOrRefusal, refused } from "./paper-or-refusal.ts";
import type { RecordShape } from "./xml-collector.ts";
import { readXmlRecords, type XmlRecord, type XmlRefusal } from "./xml-records.ts";

export interface PaperShape extends RecordShape {
  /** Throws `RecordFault` for a record that is not a valid paper; returns undefined for one that is deliberately not a paper. */
  toPaper(record: XmlRecord): NewPaper | undefined;
  /** The name by which people know the record; without one, its number is used. */
  nameOf?(record: XmlRecord): string | undefined;
  /** The name by which the source reports the record's deletion. */
  itemOf?(record: XmlRecord): string | undefined;
  /** Whether the record only says that it was deleted. */
  isDeleted?(record: XmlRecord): boolean;
}

export async function* readXmlPapers(input: SourceInput, shape: PaperShape): AsyncIterable<SourceRecord> {
  let number = 0;
  for await (const item of readXmlRecords(input.bytes, shape)) {
    number++;
    if (item.kind === "refused") {
      yield refusedXml(item.refusal, input, String(number));
      continue;
    }
    const place = placeOf(input, item.record, shape.nameOf?.(item.record) ?? String(number));
    const known = shape.itemOf?.(item.record);
    if (shape.isDeleted?.(item.record) === true) {
      if (known !== undefined) yield { kind: "deleted", item: known, place };
      continue;
    }
    const read = paperOrRefusal(place, item.record.beginning, () => shape.toPaper(item.record));
    if (read !== undefined) yield known === undefined || read.kind !== "paper" ? read : { ...read, item: known };
  }
}

export function placeOf(input: SourceInput, record: XmlRecord, entry: string): Place {
  return { file: input.name, line: record.line, entry: entry.slice(0, 200) };
}

export function refusedXml({ reason, line, excerpt }: XmlRefusal, input: SourceInput, entry: string): SourceRecord {
  return refused({ file: input.name, line, entry }, excerpt, reason);
}
