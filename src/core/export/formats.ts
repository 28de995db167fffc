/** All formats in which papers leave. */
import { bibtexExport } from "./bibtex.ts";
import { cslExport } from "./csl.ts";
import { csvExport } from "./csv.ts";
import type { ExportFormat, ExportName } from "./format.ts";
import { jsonLinesExport } from "./json-lines.ts";
import { risExport } from "./ris.ts";

const formats: Readonly<Record<ExportName, ExportFormat>> = {
  bibtex: bibtexExport,
  ris: risExport,
  csl: cslExport,
  csv: csvExport,
  jsonl: jsonLinesExport,
};

/** In the order in which they are offered. */
export const exportFormats: readonly ExportFormat[] = Object.values(formats);

export function exportFormat(name: ExportName): ExportFormat {
  return formats[name];
}

/** The format of files that are called so; undefined if none is. */
export function exportFormatOfFile(path: string): ExportFormat | undefined {
  return exportFormats.find(({ extension }) => path.toLowerCase().endsWith(`.${extension}`));
}
