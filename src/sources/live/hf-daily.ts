/** Hugging Face's Daily Papers: for a day, a range of days, a week or a month. https://huggingface.co/docs/hub/api */
import type { FetchedPage, FetchPosition, FetchRequest, FetchSession, LiveSource } from "../../core/live-source.ts";
import { addDays } from "../../core/period.ts";
import { hfDailyFormat } from "../hf-daily.ts";
import { daysOf, sinceOf } from "./days.ts";
import { addressOf, keyHeader, lengthAt, pageOf, refused, requestJson, textAt } from "./payload.ts";

const title = "Hugging Face";
const pageSize = 50;

export const hfDailySource: LiveSource = {
  name: "hf-daily",
  title,
  service: "huggingface",
  description: "Hugging Face's Daily Papers of a day, a week, a month or a range of days; without, all since the last run",
  address: "https://huggingface.co",
  gapMs: 1_000,
  options: ["date", "from", "to", "week", "month"],
  examples: ["hf-daily --date 2026-03-02", "hf-daily --week 2026-W10", "hf-daily --from 2026-03-01 --to 2026-03-07"],
  pages,
};

async function* pages(request: FetchRequest, session: FetchSession, position: FetchPosition | undefined): AsyncIterable<FetchedPage> {
  const end = sinceOf(request, session.today());
  const [period, value] = request.week !== undefined ? ["week", request.week] : ["month", request.month];
  if (value !== undefined) {
    yield* listing(session, { [period]: value }, pageIn(position), (p) => ({ p }), undefined);
    return;
  }
  const { from, to } = daysOf(request, session.today(), position);
  const since = position?.since;
  // A position after the last requested day was written when the clock was wrong.
  const first = typeof position?.day === "string" && position.day <= to ? position.day : from;
  for (let day = first; day <= to; day = addDays(day, 1)) {
    const isLast = day >= to;
    const next = isLast ? end : { since, day: addDays(day, 1) };
    yield* listing(session, { date: day }, day === first ? pageIn(position) : 0, (p) => ({ since, day, p }), next);
  }
}

function pageIn(position: FetchPosition | undefined): number {
  return typeof position?.p === "number" ? position.p : 0;
}

/** All pages of one listing; a day without papers has one empty page. */
async function* listing(
  session: FetchSession,
  of: Readonly<Record<string, string>>,
  first: number,
  positionAt: (p: number) => FetchPosition,
  next: FetchPosition | undefined,
): AsyncIterable<FetchedPage> {
  for (let p = first; ; p++) {
    const credentials = keyHeader("authorization", session.key === undefined ? undefined : `Bearer ${session.key}`);
    const { answer, value } = await requestJson(
      session,
      addressOf(session, "/api/daily_papers", { ...of, p, limit: pageSize }),
      { credentials },
      (found) => {
        if (Array.isArray(found)) return undefined;
        throw refused(title, textAt(found, "error") ?? "something that is no list of papers");
      },
    );
    const isLast = lengthAt(value) < pageSize;
    yield pageOf(hfDailyFormat, answer, isLast ? next : positionAt(p + 1));
    if (isLast) return;
  }
}
