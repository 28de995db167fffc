/** The addresses in a message: absolute, and signed where they do something without a sign-in. */
import { anybody } from "../core/delivery.js";
import { linkOf } from "../core/identity.js";
import { paperHref } from "../core/page-addresses.js";
import { dayMs } from "../core/period.js";
import { signToken } from "../core/signed-token.js";
/** What a click says of a pick, with the words that stand for it. */
export const feedbackTexts = { save: "Save", dismiss: "Not interested" };
/** How long a click still counts. */
const feedbackDays = 60;
/** @param subscription its id; undefined for what nobody subscribed to. */
export function digestLinks({ publicUrl, signingKey, person, now }, { kind, date, from }, subscription) {
    const expires = new Date(now.getTime() + feedbackDays * dayMs).toISOString();
    const feedbackOf = ({ paper: { paperId }, interest = "" }) => Object.entries(feedbackTexts).map(([said, text]) => ({
        text,
        href: `${publicUrl}/f/${signToken(signingKey, "feedback", [person, paperId, said, interest, expires, subscription ?? ""])}`,
    }));
    // Without a key nobody reads pages here: they get the paper's own.
    const outside = ({ paperId, url }) => linkOf(paperId) ?? (/^https?:\/\//i.test(url ?? "") ? url : undefined);
    const addressOf = (paper) => (person === anybody ? outside(paper) : undefined) ?? publicUrl + paperHref(paper.paperId);
    return {
        page: publicUrl + (kind === "trending" ? "/daily" : `/picks?${from === undefined ? `date=${date}` : `from=${from}&to=${date}`}`),
        unsubscribe: subscription === undefined ? undefined : `${publicUrl}/unsubscribe/${signToken(signingKey, "unsubscribe", [subscription])}`,
        // What is trending is everybody's: nothing is said of it by one person.
        of: (entry) => ({ paper: addressOf(entry.paper), feedback: kind === "picks" ? feedbackOf(entry) : [] }),
    };
}
//# sourceMappingURL=digest-links.js.map