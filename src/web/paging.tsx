/** Links to the previous and next pages of a list that has several. */

interface PagingProps {
  /** From 1. */
  readonly page: number;
  readonly last: number;
  /** The address of a page by its number. */
  readonly href: (page: number) => string;
  /** Whether the list ends with this page, although `last` is greater. */
  readonly ends?: boolean;
}

export function Paging({ page, last, href, ends = false }: PagingProps) {
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
      {page < last && !ends ? (
        <a rel="next" href={href(page + 1)}>
          Next →
        </a>
      ) : (
        <span />
      )}
    </nav>
  );
}
