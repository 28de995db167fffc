/** To the pages before and after, of a list that has several. */

/** @param page from 1. @param href the address of a page. */
export function Paging({ page, last, href }: { page: number; last: number; href: (page: number) => string }) {
  if (last <= 1) return null;
  return (
    <nav class="paging" aria-label="Pages">
      {page > 1 ? (
        <a rel="prev" href={href(page - 1)}>
          ← Previous
        </a>
      ) : (
        <span />
      )}
      <span>
        Page {page} of {last}
      </span>
      {page < last ? (
        <a rel="next" href={href(page + 1)}>
          Next →
        </a>
      ) : (
        <span />
      )}
    </nav>
  );
}
