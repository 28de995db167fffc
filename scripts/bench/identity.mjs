// Recognition of the same work: pairs made from real papers by changing how they are written, and pairs of different papers that look
// alike.
import { mulberry32 } from "../../dist/core/ranking/metrics.js";
import { compareWorks } from "../../dist/core/same-work.js";
import { paperOfRecord } from "../../dist/sources/paperkin.js";
import { realPapers } from "./data.mjs";

const pairs = 5_000;

export async function measureIdentity({ data, progress }) {
  const random = mulberry32(7);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const lines = data === undefined ? [] : ((await realPapers(data, 20_000)) ?? []);
  const records = lines.map((line) => JSON.parse(line)).filter((record) => record.title && record.authors?.length > 0);
  if (records.length < pairs) {
    return [{ figure: "identity", target: "", measured: "skipped: it needs real papers (--data)", met: undefined, workload: "" }];
  }
  progress(`${records.length} real papers`);
  const read = (record) => paperOfRecord({ ...record, id: record.id ?? "none" });
  const withoutId = (record) => ({ ...record, id: `other:${record.id}`, arxiv: undefined, doi: undefined, source: "elsewhere" });

  const changes = [
    (record) => ({ ...record, title: record.title.toUpperCase() }),
    (record) => ({ ...record, title: record.title.replace(/[-:,.]/g, " ") }),
    (record) => ({ ...record, title: `${record.title}.` }),
    (record) => ({ ...record, title: record.title.replace(/é/g, "{\\'e}").replace(/ö/g, '{\\"o}') }),
    (record) => ({ ...record, authors: [...record.authors].reverse() }),
    (record) => ({
      ...record,
      authors: record.authors.map((name) => `${name.split(" ").at(-1)}, ${name.split(" ").slice(0, -1).join(" ")}`),
    }),
    (record) => ({ ...record, authors: record.authors.slice(0, 3) }),
    (record) => ({ ...record, title: `${record.title}: a longer look` }),
    (record) => ({ ...record, date: record.date === undefined ? undefined : String(Number(record.date.slice(0, 4)) + 1) }),
  ];
  let found = 0;
  for (let at = 0; at < pairs; at++) {
    const record = records[at];
    const changed = pick(changes)(pick(changes)(withoutId(record)));
    if (compareWorks(read(record), read(changed)) === "same") found++;
  }

  const nearMisses = [
    // The same authors and year, another title of theirs.
    (record, other) => ({ ...record, title: other.title }),
    // The same title by other authors.
    (record, other) => ({ ...record, authors: other.authors }),
    // The next part of a series, and a sequel.
    (record) => ({ ...record, title: `${record.title} II` }),
    (record) => ({ ...record, title: `Towards ${record.title}` }),
    // A comment on it, by the same authors.
    (record) => ({ ...record, title: `Comment on "${record.title}"` }),
  ];
  let mistaken = 0;
  let missable = 0;
  for (let at = 0; at < pairs; at++) {
    const record = records[at];
    const other = pick(records);
    if (other === record || other.authors.some((name) => record.authors.includes(name))) continue;
    missable++;
    if (compareWorks(read(record), read(pick(nearMisses)(withoutId(record), other))) === "same") mistaken++;
  }
  const precision = found / (found + mistaken);
  const recall = found / pairs;
  return [
    {
      figure: "identity without ids, precision",
      target: "≥ 0.999",
      measured: precision.toFixed(4),
      met: precision >= 0.999,
      workload: `${missable} near misses: the same authors or title, series, comments; ${mistaken} mistaken for the same`,
    },
    {
      figure: "identity without ids, recall",
      target: "≥ 0.97",
      measured: recall.toFixed(4),
      met: recall >= 0.97,
      workload: `${pairs} real papers, two changes each: case, punctuation, TeX, order and form of authors, subtitles, another year`,
    },
  ];
}
