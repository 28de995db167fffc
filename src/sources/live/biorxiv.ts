/** bioRxiv and medRxiv: the preprints of a range of days, in all categories or in some. https://api.biorxiv.org */
import type { FetchedPage, FetchPosition, FetchRequest, FetchSession, LiveSource } from "../../core/live-source.ts";
import { biorxivFormat } from "../biorxiv.ts";
import { daysOf, sinceOf } from "./days.ts";
import { addressOf, lengthAt, pageOf, refused, requestJson, textAt, valueAt } from "./payload.ts";
import { offsetIn } from "./request-ids.ts";

function preprints(name: "biorxiv" | "medrxiv", title: string, category: string): LiveSource {
  return {
    name,
    title,
    service: "biorxiv",
    description: `${title}: the preprints of a day or a range of days, all or of some subjects; without days, all since the last run`,
    address: "https://api.biorxiv.org",
    gapMs: 1_000,
    options: ["date", "from", "to", "category"],
    examples: [`${name} --from 2026-03-01 --to 2026-03-07`, `${name} --category "${category}"`],
    pages: (request, session, position) => pages(name, title, request, session, position),
  };
}

export const biorxivSource = preprints("biorxiv", "bioRxiv", "cell biology");
export const medrxivSource = preprints("medrxiv", "medRxiv", "cardiovascular medicine");

async function* pages(
  server: string,
  title: string,
  request: FetchRequest,
  session: FetchSession,
  position: FetchPosition | undefined,
): AsyncIterable<FetchedPage> {
  const today = session.today();
  const usual = daysOf(request, today, position);
  // An interrupted run keeps its own last day, even if it is continued on a later one.
  const { from, to } = { from: usual.from, to: textAt(position, "to") ?? usual.to };
  const categories = request.category ?? [undefined];
  for (let at = Number(textAt(position, "category") ?? 0); at < categories.length; at++) {
    let start = at === Number(textAt(position, "category") ?? 0) ? offsetIn(position) : 0;
    for (;;) {
      const path = `/details/${server}/${from}/${to}/${start}/json`;
      const { answer, value } = await requestJson(session, addressOf(session, path, { category: categories[at] }), {}, (found) => {
        if (Array.isArray(valueAt(found, "collection"))) return undefined;
        const status = textAt(found, "messages", 0, "status") ?? "something that is no list of preprints";
        if (/^no posts found/i.test(status)) return undefined;
        throw refused(title, status);
      });
      const count = lengthAt(value, "collection");
      start += count;
      const isLast = count === 0 || start >= Number(textAt(value, "messages", 0, "total") ?? 0);
      const isEnd = isLast && at + 1 >= categories.length;
      const next = isLast ? { since: from, to, category: at + 1 } : { since: from, to, category: at, start };
      yield pageOf(biorxivFormat, answer, isEnd ? sinceOf(request, to) : next);
      if (isLast) break;
    }
  }
}
