/** Links that export the papers of a page to other programs. */
import { exportFormats } from "../core/export/formats.ts";

/**
 * @param query parameters of `/v1/export`, without the format.
 * @param which a description of the papers, if they are not all that the page is about.
 */
export function ExportLinks({ query, which = "" }: { query: URLSearchParams; which?: string }) {
  const href = (format: string) => `/v1/export?${new URLSearchParams([...query, ["format", format]])}`;
  return (
    <p class="feeds">
      Export{which === "" ? "" : ` ${which}`}:{" "}
      {exportFormats.map(({ name, label }) => (
        <a href={href(name)} download>
          {label}
        </a>
      ))}
    </p>
  );
}
