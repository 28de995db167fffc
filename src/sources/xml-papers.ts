/** Papers of an XML document, whatever its records mean: what a record cannot give is a refusal that says where and why. */
import type { NewPaper } from "../core/paper.ts";
import { excerptOf, type Place, type SourceInput, type SourceRecord } from "../core/source.ts";
import { faultOf } from "./record.ts";
import type { RecordShape } from "./xml-collector.ts";
import { readXmlRecords, type XmlRecord, type XmlRefusal } from "./xml-records.ts";

export interface PaperShape extends RecordShape {
  /** Throws `RecordFault` for a record that is no paper; undefined for one that is none on purpose. */
  toPaper(record: XmlRecord): NewPaper | undefined;
  /** What people know the record by; without one it is the n-th. */
  nameOf?(record: XmlRecord): string | undefined;
  /** What the source calls the record when it tells of its deletion. */
  itemOf?(record: XmlRecord): string | undefined;
  /** Whether the record only says that it was deleted. */
  isDeleted?(record: XmlRecord): boolean;
}

export async function* readXmlPapers(input: SourceInput, shape: PaperShape): AsyncIterable<SourceRecord> {
  let number = 0;
  for await (const item of readXmlRecords(input.bytes, shape)) {
    number++;
    if (item.kind === "refused") {
      yield refused(item.refusal, { file: input.name, line: item.refusal.line, entry: String(number) });
      continue;
    }
    const place = placeOf(input, item.record, shape.nameOf?.(item.record) ?? String(number));
    const known = shape.itemOf?.(item.record);
    if (shape.isDeleted?.(item.record) === true) {
      if (known !== undefined) yield { kind: "deleted", item: known, place };
      continue;
    }
    const read = readRecord(item.record, place, () => shape.toPaper(item.record));
    if (read !== undefined) yield known === undefined || read.kind !== "paper" ? read : { ...read, item: known };
  }
}

export function placeOf(input: SourceInput, record: XmlRecord, entry: string): Place {
  return { file: input.name, line: record.line, entry: entry.slice(0, 200) };
}

/** What `toPaper` gives or throws, as a record; undefined where it gives nothing. */
export function readRecord(record: XmlRecord, place: Place, toPaper: () => NewPaper | undefined): SourceRecord | undefined {
  try {
    const paper = toPaper();
    return paper === undefined ? undefined : { kind: "paper", paper, place };
  } catch (error) {
    const { message: reason, field } = faultOf(error);
    return { kind: "refused", refusal: { place, field, reason, excerpt: excerptOf(record.beginning) } };
  }
}

export function refused({ reason, excerpt }: XmlRefusal, place: Place): SourceRecord {
  return { kind: "refused", refusal: { place, field: undefined, reason, excerpt } };
}
