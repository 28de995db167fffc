/** Checks of data derived from the stored papers: index files, words, neighbours (I2). */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Generation } from "../../core/generation.ts";
import { leastOfSample, percent } from "../../core/ranking/metrics.ts";
import { asOfOneMoment } from "./database.ts";
import { whatIsGone } from "./generation-index.ts";
import { LexicalIndex } from "./lexical-index.ts";
import type { VectorIndex } from "./vector-index.ts";
import { type Checked, found, ok, pageSize, type VerifyParts } from "./verify-check.ts";

/** Papers whose entries in the indexes are tested. */
const sampleSize = 100;

export async function checkFiles({ readCheckpoint, generation, generations }: VerifyParts): Promise<Checked> {
  const checkpoint = await readCheckpoint();
  if (checkpoint === undefined) return ok("nothing is embedded yet");
  if ("manifest" in checkpoint)
    return ok(`they hold ${checkpoint.manifest.count} vectors up to change ${checkpoint.manifest.lastChange}, checksums agree`);
  if (!checkpoint.missing) return { state: "damaged", detail: `${checkpoint.fault}. They are rebuilt from the stored embeddings.` };
  const gone = generation === undefined ? undefined : whatIsGone(generation, generations);
  if (gone === undefined) return ok("there are none; they are made when papers are embedded");
  return { state: "damaged", detail: `${gone}. They are rebuilt from the stored embeddings.` };
}

export async function checkWords({ db, papers, lexical, lexicalUpTo, lexicalSurplus }: VerifyParts): Promise<Checked> {
  const faults: string[] = [];
  let [count, after] = [0, 0];
  for (;;) {
    // A paper whose record is damaged is skipped, since its words are unknown.
    const [{ papers: page, last }, changed] = asOfOneMoment(
      db,
      () => [papers.readablePage(after, pageSize), new Set(papers.changedSince(lexicalUpTo()))] as const,
    );
    if (last === undefined) break;
    after = last;
    count += page.length;
    const settled = page.filter(({ label }) => !changed.has(label));
    for (const { label, paper } of settled) if (!lexical.has(label)) faults.push(`${paper.paperId} is missing`);
    const [sampled] = settled;
    if (sampled !== undefined) {
      const alone = new LexicalIndex();
      alone.put([sampled]);
      const wanted = alone.termsIn(sampled.label);
      const got = lexical.termsIn(sampled.label);
      if (JSON.stringify(wanted) !== JSON.stringify(got)) faults.push(`${sampled.paper.paperId} has other words than its text`);
    }
    await nextTurn();
  }
  const surplus = lexicalSurplus();
  if (surplus > 0) faults.push(`it contains ${surplus} papers that are not stored`);
  return found(faults, `it holds the words of ${count} papers`, false);
}

export function checkVectors(parts: VerifyParts, generation: Generation, vectors: VectorIndex): Checked {
  return asOfOneMoment(parts.db, () => {
    parts.followVectors();
    return compareVectors(parts, generation, vectors);
  });
}

function compareVectors({ embeddings }: VerifyParts, generation: Generation, vectors: VectorIndex): Checked {
  const faults: string[] = [];
  const stored = embeddings.count(generation);
  if (stored !== vectors.matrix.size) faults.push(`it holds ${vectors.matrix.size} vectors, and ${stored} are stored`);
  for (const label of vectors.graphLabels()) if (!vectors.matrix.has(label)) faults.push(`it finds paper ${label}, which is gone`);
  const labels = vectors.matrix.labels();
  const step = Math.max(1, Math.floor(labels.length / sampleSize));
  let [found10, wanted10] = [0, 0];
  for (let at = 0; at < labels.length; at += step) {
    const label = labels[at] ?? 0;
    const vector = embeddings.vector(generation, label);
    const held = vectors.matrix.get(label);
    if (vector === undefined || held === undefined) continue;
    if (!vector.every((value, i) => value === held[i])) faults.push(`the vector of paper ${label} is not the one that is stored`);
    const exact = vectors.matrix.nearest(vector, 10);
    const got = new Set(vectors.nearest(vector, 10, undefined).map((hit) => hit.label));
    wanted10 += exact.length;
    found10 += exact.filter((hit) => got.has(hit.label)).length;
  }
  const recall = wanted10 === 0 ? 1 : found10 / wanted10;
  const { recallTarget, searchWidth } = vectors;
  if (recall < leastOfSample(recallTarget, wanted10)) {
    // Rebuilding would not help.
    const mend =
      searchWidth !== undefined && searchWidth.recallAt10 < recallTarget ? ": `paperkin reindex --m 32` builds one with more links" : "";
    faults.push(`it finds ${percent(recall)} % of the nearest papers, and the target is ${percent(recallTarget)} %${mend}`);
  }
  return found(faults, `it holds the ${stored} stored vectors; recall@10 against comparing with all is ${recall.toFixed(3)}`, false);
}
