/** The plots of an evaluation's report, as self-contained SVG. The tables beside them give the same figures. */
import { escapeHtml } from "../../core/html.ts";
import type { ConfigurationComparison, QueryDifference } from "./lab.ts";

/** Distinguished by dash as well as by colour; further configurations start over. */
const dashes = ["", "7 4", "2 3", "9 3 2 3", "14 4"];
const seriesCount = 6;
const frame = { width: 720, height: 360, left: 52, right: 16, top: 14, bottom: 44 };
const inner = { width: frame.width - frame.left - frame.right, height: frame.height - frame.top - frame.bottom };

/** Precision at recall 0, 0.1 … 1 of each configuration. */
export function curvePlot(label: string, curves: readonly { configuration: string; precisions: readonly number[] }[]): string {
  const x = (recall: number) => frame.left + recall * inner.width;
  const y = (precision: number) => frame.top + (1 - precision) * inner.height;
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const grid = ticks.map(
    (at) =>
      `<path class="grid" d="M${fixed(x(at))} ${frame.top}V${frame.top + inner.height}M${frame.left} ${fixed(y(at))}h${inner.width}"/>` +
      `<text x="${fixed(x(at))}" y="${frame.top + inner.height + 18}" text-anchor="middle">${at}</text>` +
      `<text x="${frame.left - 8}" y="${fixed(y(at) + 4)}" text-anchor="end">${at}</text>`,
  );
  const lines = curves.map(({ precisions }, at) => {
    const points = precisions.map((precision, level) => [fixed(x(level / 10)), fixed(y(precision))] as const);
    const dots = points.map(([cx, cy]) => `<circle class="dot" cx="${cx}" cy="${cy}" r="2.5"/>`).join("");
    const dash = dashes[at % dashes.length] ?? "";
    return `<g class="s${at % seriesCount}"><polyline points="${points.map((point) => point.join(",")).join(" ")}"${dash === "" ? "" : ` stroke-dasharray="${dash}"`}/>${dots}</g>`;
  });
  return (
    figure(frame.width, frame.height, label, [
      ...grid,
      axisText(frame.left + inner.width / 2, frame.height - 6, "recall"),
      `<text transform="translate(12 ${frame.top + inner.height / 2}) rotate(-90)" text-anchor="middle">precision</text>`,
      ...lines,
    ]) + legend(curves.map(({ configuration }) => configuration))
  );
}

function legend(names: readonly string[]): string {
  const items = names.map((name, at) => {
    const dash = dashes[at % dashes.length] ?? "";
    return `<li><svg class="key s${at % seriesCount}" width="34" height="10" aria-hidden="true"><polyline points="1,5 33,5"${dash === "" ? "" : ` stroke-dasharray="${dash}"`}/></svg> ${escapeHtml(name)}</li>`;
  });
  return `<ul class="legend">${items.join("")}</ul>`;
}

/** One bar per changed query, the greatest gain first; unchanged queries are a gap between. */
export function differencePlot(label: string, differences: readonly QueryDifference[], queries: number): string {
  const height = 240;
  const [top, bottom] = [12, 30];
  const middle = top + (height - top - bottom) / 2;
  const half = (height - top - bottom) / 2;
  const greatest = differences.reduce((most, one) => Math.max(most, Math.abs(one.difference)), 0.1);
  const step = inner.width / Math.max(1, queries);
  const width = Math.max(0.2, Math.min(step * 0.85, step - 0.1));
  const sorted = [...differences].sort((a, b) => b.difference - a.difference);
  const gains = sorted.filter((one) => one.difference > 0).length;
  // Two paths instead of one element per query, so that a browser can open a page with thousands of queries.
  const bars = (wanted: (difference: number) => boolean) =>
    sorted.flatMap(({ difference }, at) => {
      if (!wanted(difference)) return [];
      const place = at < gains ? at : queries - sorted.length + at;
      const length = (half * difference) / greatest;
      return [`M${fixed(frame.left + place * step)} ${fixed(middle)}h${fixed(width)}v${fixed(-length)}h${fixed(-width)}z`];
    });
  const marks = [greatest, 0, -greatest].map((at) => {
    const y = middle - (half * at) / greatest;
    return `<path class="grid" d="M${frame.left} ${fixed(y)}h${inner.width}"/><text x="${frame.left - 8}" y="${fixed(y + 4)}" text-anchor="end">${signedShort(at)}</text>`;
  });
  return figure(frame.width, height, label, [
    ...marks,
    `<path class="better" d="${bars((difference) => difference > 0).join("")}"/>`,
    `<path class="worse" d="${bars((difference) => difference < 0).join("")}"/>`,
    axisText(frame.left + inner.width / 2, height - 8, `${queries} queries, by their difference`),
  ]);
}

/** The mean difference of each comparison with its interval. */
export function intervalPlot(label: string, comparisons: readonly ConfigurationComparison[]): string {
  const [rowHeight, nameWidth] = [28, 190];
  const height = comparisons.length * rowHeight + 40;
  const bounds = comparisons.flatMap(({ "nDCG@10": { low, high } }) => [Math.abs(low), Math.abs(high)]);
  const greatest = Math.max(0.01, ...bounds) * 1.1;
  const span = frame.width - nameWidth - frame.right;
  const x = (value: number) => nameWidth + span / 2 + (value / greatest) * (span / 2);
  const rows = comparisons.map(({ compare: [name], "nDCG@10": { difference, low, high } }, at) => {
    const y = 20 + at * rowHeight;
    const kind = low > 0 ? "better" : high < 0 ? "worse" : "open";
    return (
      `<text x="${nameWidth - 12}" y="${y + 4}" text-anchor="end">${escapeHtml(name.length > 26 ? `${name.slice(0, 25)}…` : name)}</text>` +
      `<g class="${kind}"><path class="interval" d="M${fixed(x(low))} ${y}H${fixed(x(high))}M${fixed(x(low))} ${y - 5}v10M${fixed(x(high))} ${y - 5}v10"/><circle cx="${fixed(x(difference))}" cy="${y}" r="4"/></g>`
    );
  });
  const bottom = height - 26;
  const marks = [-1, -0.5, 0, 0.5, 1].map((part) => {
    const value = part * greatest;
    return `<path class="${part === 0 ? "zero" : "grid"}" d="M${fixed(x(value))} 6V${bottom}"/><text x="${fixed(x(value))}" y="${bottom + 18}" text-anchor="${part === 1 ? "end" : "middle"}">${signedShort(value)}</text>`;
  });
  return figure(frame.width, height, label, [...marks, ...rows]);
}

/** On a narrow screen the plot scrolls sideways, as tables do: scaled down, its numbers would be unreadable. */
function figure(width: number, height: number, label: string, parts: readonly string[]): string {
  const name = escapeHtml(label);
  const svg = `<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}">${parts.join("")}</svg>`;
  return `<div class="scroll" role="region" aria-label="${name}" tabindex="0">${svg}</div>`;
}

function axisText(x: number, y: number, text: string): string {
  return `<text x="${fixed(x)}" y="${y}" text-anchor="middle">${escapeHtml(text)}</text>`;
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function signedShort(value: number): string {
  return value === 0 ? "0" : `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(Math.abs(value) < 0.1 ? 3 : 2)}`;
}
