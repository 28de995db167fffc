/** A day's message for programs. */
import type { DigestContent } from "./content.ts";
import type { DigestLinks } from "./links.ts";

/** JSON: what the mail of the same day says, with the papers whole. */
export function digestData({ date, kind, sections, more, quiet }: DigestContent, links: DigestLinks, person: string): unknown {
  return {
    type: "digest",
    date,
    kind,
    person,
    page: links.page,
    sections: sections.map(({ title, entries }) => ({
      title,
      entries: entries.map((entry) => {
        const { paper: url, feedback } = links.of(entry);
        const { paper, why, interest } = entry;
        return { url, why, ...(interest === undefined ? {} : { interest }), paper, actions: feedback };
      }),
    })),
    more,
    quiet,
  };
}
