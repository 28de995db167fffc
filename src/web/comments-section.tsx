/** The comments on a paper, on its page. */
import { type Comment, longestComment } from "../core/comment.ts";
import { ownerName } from "../core/interest.ts";
import { paperHref } from "../core/page-addresses.ts";
import { counted } from "../core/text.ts";
import { readableDate } from "./dates.ts";
import { webAddress } from "./links.ts";
import { Sure } from "./sure.tsx";
import { mayWrite, OnlyReads } from "./viewer.tsx";

export interface CommentsSectionProps {
  readonly paperId: string;
  /** Oldest first. */
  readonly comments: readonly Comment[];
  /** The number of comments that a source reported. */
  readonly elsewhere: string | undefined;
  readonly person: string;
  /** Whether the viewer may also remove comments of others. */
  readonly isAdmin: boolean;
  /** Whether other people use the service. */
  readonly isShared: boolean;
}

export function CommentsSection({ paperId, comments, elsewhere, person, isAdmin, isShared }: CommentsSectionProps) {
  return (
    <section aria-labelledby="comments">
      <h2 id="comments">Comments</h2>
      <p class="count">
        {comments.length === 0 ? (elsewhere === undefined ? "None yet" : "None here") : `${counted(comments.length, "comment")} here`}
        {elsewhere === undefined ? "" : `, ${elsewhere}`}
      </p>
      <ul class="hits">
        {comments.map(({ id, person: author, text, created }) => (
          <li class="hit" id={id}>
            <p class="facts">
              <strong>{author === person ? "You" : author === ownerName ? "The owner" : author}</strong>
              <time datetime={created}>{readableDate(created.slice(0, 10))}</time>
            </p>
            <p class="comment" dir="auto">
              <LinkedText text={text} />
            </p>
            {(author === person && mayWrite()) || isAdmin ? (
              <Sure
                action="/comments/remove"
                fields={{ id }}
                text="Remove"
                goes="The comment will be gone for everybody."
                button="Remove the comment"
              />
            ) : null}
          </li>
        ))}
      </ul>
      <OnlyReads>To comment you need one that can write.</OnlyReads>
      {mayWrite() ? <CommentForm paperId={paperId} isShared={isShared} /> : null}
    </section>
  );
}

function CommentForm({ paperId, isShared }: Pick<CommentsSectionProps, "paperId" | "isShared">) {
  return (
    <form class="kin" method="post" action="/comments">
      <input type="hidden" name="paperId" value={paperId} />
      <input type="hidden" name="back" value={`${paperHref(paperId)}#comments`} />
      <label>
        {isShared ? "Your comment; everybody who uses this service can read it" : "Your comment; nobody else uses this service"}
        <textarea name="text" rows={3} maxlength={longestComment} dir="auto" required></textarea>
      </label>
      <button type="submit">Comment</button>
    </form>
  );
}

/** Plain text in which web addresses become links. The links earn their authors no search-engine credit, and send no referrer. */
function LinkedText({ text }: { text: string }) {
  const parts = text.split(/(https?:\/\/[^\s<>"]+)/);
  return (
    <>
      {parts.map((part, at) => {
        if (at % 2 === 0) return part;
        // Punctuation at the end belongs to the sentence, not to the address.
        const address = part.slice(0, endOfAddress(part));
        const href = webAddress(address);
        if (href === undefined) return part;
        return (
          <>
            <a href={href} rel="noopener noreferrer nofollow ugc">
              {address}
            </a>
            {part.slice(address.length)}
          </>
        );
      })}
    </>
  );
}

function endOfAddress(text: string): number {
  let end = text.length;
  while (end > 0 && ".,;:!?)]}'".includes(text[end - 1] ?? "")) end--;
  return end;
}
