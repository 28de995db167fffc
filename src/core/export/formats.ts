/** All formats in which papers leave. */
import { bibtexExport } from "./bibtex.ts";
import { cslExport } from "./csl.ts";
import { csvExport } from "./csv.ts";
import type { ExportFormat, ExportName } from "./format.ts";
import { jsonLinesExport } from "./json-lines.ts";
import { risExport } from "./ris.ts";

/** In the order in which they are offered. */
export const exportFormats: readonly ExportFormat[] = [bibtexExport, risExport, cslExport, csvExport, jsonLinesExport];

export function exportFormat(name: ExportName): ExportFormat {
  const format = exportFormats.find((one) => one.name === name);
  if (format === undefined) throw new TypeError(`no format is called ${name}`);
  return format;
}

/** The format of files that are called so; undefined where none of them is. */
export function exportFormatOfFile(path: string): ExportFormat | undefined {
  return exportFormats.find(({ extension }) => path.toLowerCase().endsWith(`.${extension}`));
}
