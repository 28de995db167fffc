/** Comments on papers. Everybody who uses the service reads them; the author of one, or an admin, can remove it. */
import { randomBytes } from "node:crypto";
import { type Comment, longestComment } from "../core/comment.ts";
import { AppError } from "../core/errors.ts";
import type { Library } from "../core/library.ts";
import type { Paper } from "../core/paper.ts";
import { plainLines } from "../core/text.ts";
import { getPaper, namesOf } from "./papers.ts";
import { requireStillThere } from "./people/people.ts";

/** Comments of one person on one paper, so that nobody fills a page. */
const mostOfOne = 50;
/** The same text again so soon is the same comment: a button that was clicked twice, or a request that was retried. */
const sameWithinMs = 60_000;
/** Comments of one person on all papers together, so that nobody fills the disk. */
const mostComments = 10_000;

/** On a paper, oldest first. */
export function commentsOn(library: Library, paper: Paper): Promise<Comment[]> {
  return library.comments.comments(namesOf(paper));
}

/** How many comments each paper has, in their order. */
export async function countComments(library: Library, papers: readonly Paper[]): Promise<number[]> {
  const counts = await library.comments.countComments(papers.flatMap(namesOf));
  return papers.map((paper) => namesOf(paper).reduce((sum, id) => sum + (counts.get(id) ?? 0), 0));
}

/** @returns the new comment, or the one that was made a moment ago of the same text. Throws `paper_not_found`, `invalid_request`. */
export async function addComment(library: Library, person: string, paperId: string, raw: string, now: Date): Promise<Comment> {
  const { paper } = await getPaper(library, paperId);
  const text = plainLines(raw.slice(0, 10 * longestComment));
  const length = [...text].length;
  if (length === 0 || length > longestComment)
    throw new AppError("invalid_request", length === 0 ? "The comment has no text." : `The comment has ${length} characters.`, {
      mend: `A comment has up to ${longestComment} characters of plain text.`,
    });
  const own = (await commentsOn(library, paper)).filter((comment) => comment.person === person);
  const since = new Date(now.getTime() - sameWithinMs).toISOString();
  const same = own.find((one) => one.text === text && one.created >= since);
  if (same !== undefined) return same;
  if (own.length >= mostOfOne)
    throw new AppError("invalid_request", `You have already written ${mostOfOne} comments on this paper.`, {
      mend: "Remove some of them.",
    });
  if ((await library.comments.countCommentsOf(person)) >= mostComments)
    throw new AppError("invalid_request", `You have already written ${mostComments} comments.`, { mend: "Remove some of them." });
  const id = `c_${randomBytes(12).toString("base64url")}`;
  const comment: Comment = { id, paperId: paper.paperId, person, text, created: now.toISOString() };
  await requireStillThere(library, person);
  return await library.comments.addComment(comment, since);
}

/** @param isAdmin whether comments of others may be removed too. Throws `comment_not_found`, `forbidden`. */
export async function removeComment(library: Library, person: string, id: string, isAdmin: boolean): Promise<Comment> {
  const comment = await library.comments.comment(id);
  if (comment === undefined) throw new AppError("comment_not_found", "There is no such comment, or it was removed.");
  if (comment.person !== person && !isAdmin)
    throw new AppError("forbidden", "This comment is somebody else's.", { mend: "A key of scope admin removes any." });
  await library.comments.removeComment(id);
  return comment;
}
