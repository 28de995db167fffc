/** The addresses in a message: absolute, and signed where they do something without a sign-in. */
import { anybody, type DigestKind } from "../../core/delivery.ts";
import { linkOf } from "../../core/identity.ts";
import type { FeedbackKind } from "../../core/interest.ts";
import { paperHref } from "../../core/page-addresses.ts";
import { dayMs } from "../../core/period.ts";
import { signToken } from "../../core/signed-token.ts";
import type { DigestEntry } from "./content.ts";

export interface DigestLinks {
  /** The page that shows the same. */
  readonly page: string;
  /** Undefined for what cannot be ended by a link. */
  readonly unsubscribe: string | undefined;
  of(entry: DigestEntry): { readonly paper: string; readonly feedback: readonly { readonly text: string; readonly href: string }[] };
}

/** The feedback that a click gives on a pick, with its label. */
export const feedbackTexts: Readonly<Partial<Record<FeedbackKind, string>>> = { save: "Save", dismiss: "Not interested" };

/** How long a click still counts. */
const feedbackDays = 60;

export interface LinkOptions {
  /** The public address of the service, without a trailing slash. */
  readonly publicUrl: string;
  readonly signingKey: string;
  readonly person: string;
  readonly now: Date;
}

/** @param subscription its id; undefined for a preview without a subscription. */
export function digestLinks(
  { publicUrl, signingKey, person, now }: LinkOptions,
  { kind, date, from }: { readonly kind: DigestKind; readonly date: string; readonly from?: string },
  subscription: string | undefined,
): DigestLinks {
  const expires = new Date(now.getTime() + feedbackDays * dayMs).toISOString();
  const feedbackOf = ({ paper: { paperId }, interest = "" }: DigestEntry) =>
    Object.entries(feedbackTexts).map(([said, text]) => ({
      text,
      href: `${publicUrl}/f/${signToken(signingKey, "feedback", [person, paperId, said, interest, expires, subscription ?? ""])}`,
    }));
  // A reader without a key cannot open pages here, and gets the paper's own page.
  const outside = ({ paperId, url }: DigestEntry["paper"]) => linkOf(paperId) ?? (/^https?:\/\//i.test(url ?? "") ? url : undefined);
  const addressOf = (paper: DigestEntry["paper"]) =>
    (person === anybody ? outside(paper) : undefined) ?? publicUrl + paperHref(paper.paperId);
  return {
    page: publicUrl + (kind === "trending" ? "/daily" : `/picks?${from === undefined ? `date=${date}` : `from=${from}&to=${date}`}`),
    unsubscribe:
      subscription === undefined ? undefined : `${publicUrl}/unsubscribe/${signToken(signingKey, "unsubscribe", [subscription])}`,
    // Trending papers are public: no person gives feedback on them.
    of: (entry) => ({ paper: addressOf(entry.paper), feedback: kind === "picks" ? feedbackOf(entry) : [] }),
  };
}
