/** The result for one record: a paper, or a refusal that says where and why. */
import type { NewPaper } from "../core/paper.ts";
import { excerptOf, type Place, type SourceRecord } from "../core/source.ts";
import { faultOf } from "./record.ts";

/**
 * @param text the record, or its beginning.
 * @param toPaper throws `RecordFault` for a record that is not a valid paper; returns undefined for one that is deliberately not a paper.
 * @returns undefined if `toPaper` does.
 */
export function paperOrRefusal(place: Place, text: string, toPaper: () => NewPaper): SourceRecord;
export function paperOrRefusal(place: Place, text: string, toPaper: () => NewPaper | undefined): SourceRecord | undefined;
export function paperOrRefusal(place: Place, text: string, toPaper: () => NewPaper | undefined): SourceRecord | undefined {
  try {
    const paper = toPaper();
    return paper === undefined ? undefined : { kind: "paper", paper, place };
  } catch (error) {
    const { message, field } = faultOf(error);
    return refused(place, text, message, field);
  }
}

export function refused(place: Place, text: string, reason: string, field?: string): SourceRecord {
  return { kind: "refused", refusal: { place, field, reason, excerpt: excerptOf(text.slice(0, 1_000)) } };
}
