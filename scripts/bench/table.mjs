// The table of a benchmark run.

/** @param rows figure, target, measured, met (undefined if there is no target), workload. */
export function printTable(rows) {
  const cells = [
    ["figure", "target", "measured", "", "workload"],
    ...rows.map(({ figure, target, measured, met, workload }) => [
      figure,
      target,
      measured,
      met === undefined ? "" : met ? "met" : "MISSED",
      workload,
    ]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  console.log();
  for (const row of cells)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    );
  console.log();
}
