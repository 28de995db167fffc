/** What takes the papers of a page along, into other programs. */
import { exportFormats } from "../core/export/formats.ts";

/** @param query parameters of `/v1/export` without the format. @param which papers, where it is not all that the page is about. */
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
