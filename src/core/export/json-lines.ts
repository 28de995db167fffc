/** Paperkin's own form: papers as the API has them, one a line. */
import type { ExportFormat } from "./format.ts";

export const jsonLinesExport: ExportFormat = {
  name: "jsonl",
  label: "JSON Lines",
  extension: "jsonl",
  mediaType: "application/x-ndjson",
  begin: () => ({ head: "", between: "", tail: "", of: (paper) => `${JSON.stringify(paper)}\n` }),
};
