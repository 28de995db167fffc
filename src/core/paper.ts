/**
 * What a paper is: the record that is stored, returned by the API and written one a line in Paperkin's own
 * JSON Lines form.
 */
import { z } from "zod";

/** `2024`, `2024-03` or `2024-03-05`: the length says how precise the date is. */
export const partialDateSchema = z
  .string()
  .regex(/^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/, { error: "a date is YYYY, YYYY-MM or YYYY-MM-DD", abort: true })
  .refine(isCalendarDate, "this day does not exist");

/** @returns false for days such as `2023-02-30`. */
export function isCalendarDate(text: string): boolean {
  const [year, month, day] = text.split("-").map(Number);
  if (year === undefined || Number.isNaN(year)) return false;
  if (month === undefined) return true;
  if (month < 1 || month > 12) return false;
  if (day === undefined) return true;
  return day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

export const authorSchema = z.object({
  /** As it is shown: `Ada Lovelace`, or an organisation's name. */
  name: z.string().min(1),
  family: z.string().optional(),
  given: z.string().optional(),
  orcid: z.string().optional(),
});
export type Author = z.infer<typeof authorSchema>;

export const paperStatuses = ["withdrawn", "retracted"] as const;

export const paperSchema = z.object({
  /** Stable and external: `arXiv:1706.03762`, `DOI:10.1145/…`, or a source's own id. */
  paperId: z.string().min(1),
  /** Every known id of this paper, `paperId` among them, sorted. */
  ids: z.array(z.string()),
  title: z.string(),
  abstract: z.string(),
  authors: z.array(authorSchema),
  /** First publication. */
  published: partialDateSchema.optional(),
  /** Last change of the text at its source. */
  updated: partialDateSchema.optional(),
  /** The day on which a listing (a daily page, a feed) brought it. */
  listed: partialDateSchema.optional(),
  venue: z.string().optional(),
  categories: z.array(z.string()),
  keywords: z.array(z.string()),
  /** Where a person reads about it. */
  url: z.string().optional(),
  pdfUrl: z.string().optional(),
  codeUrl: z.string().optional(),
  /** BCP 47, where a source names it. */
  language: z.string().optional(),
  votes: z.number().int().nonnegative().optional(),
  comments: z.number().int().nonnegative().optional(),
  citations: z.number().int().nonnegative().optional(),
  status: z.enum(paperStatuses).optional(),
  /** The version at the source, where it numbers versions (arXiv). */
  version: z.number().int().positive().optional(),
  /** The sources that brought it, sorted: `arxiv`, `semantic-scholar`, … */
  sources: z.array(z.string()),
});
export type Paper = z.infer<typeof paperSchema>;

/** A paper as a source gives it, before it has its place in the library. */
export type NewPaper = Omit<Paper, "paperId"> & { paperId?: string };

/** The year of first publication, or of listing where nothing else is known. */
export function yearOf(paper: Pick<Paper, "published" | "listed">): number | undefined {
  const date = paper.published ?? paper.listed;
  return date === undefined ? undefined : Number(date.slice(0, 4));
}

/**
 * The date under which the daily listing shows a paper: the day it was listed, else published. The month if only that is known; undefined
 * for a year alone.
 */
export function listingDateOf({ listed, published }: Pick<Paper, "listed" | "published">): string | undefined {
  const dates = [listed, published];
  return dates.find((date) => date?.length === 10) ?? dates.find((date) => date?.length === 7);
}

/** The date that sorts and filters a paper: published, else listed, else updated. */
export function dateOf(paper: Pick<Paper, "published" | "listed" | "updated">): string | undefined {
  return paper.published ?? paper.listed ?? paper.updated;
}
