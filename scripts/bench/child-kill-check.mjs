// Opens the library of a killed import, and checks that everything it acknowledged is there.
import { openKilled } from "./kill-engine.mjs";
import { recordsOf, report } from "./papers.mjs";

const { file, library, embedder, papers, embedded } = JSON.parse(process.argv[2]);
const ids = [];
for await (const record of recordsOf(file)) {
  if (ids.length >= papers) break;
  if (record.kind === "paper") ids.push(record.paper.ids[0]);
}
const engine = await openKilled(library, embedder, false);
const found = await engine.papers(ids);
const status = await engine.status();
const findings = await engine.verify({ repair: false });
await engine.close();
report({
  lostPapers: found.filter((paper) => paper === undefined).length,
  lostEmbeddings: Math.max(0, embedded - status.embedded),
  damage: findings.filter((finding) => finding.state === "damaged").map(({ check, detail }) => `${check}: ${detail}`),
});
