// A bulk import with embeddings, against what the model alone could do on this machine.
import { rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { writePapers } from "./data.mjs";
import { alternate, measure, median, rangeOf } from "./processes.mjs";

const least = 0.93;

export async function measureImport({ data, root, folder, papers, rounds, progress }) {
  const { file, what } = await writePapers({ data, root, folder, count: papers });
  const library = join(folder, "import");
  const results = await alternate(
    rounds,
    async () => {
      const result = await measure("import", { file, library });
      rmSync(library, { recursive: true, force: true });
      return result;
    },
    async () => ({ plain: await measure("ceiling", { file, isOwn: false }), own: await measure("ceiling", { file, isOwn: true }) }),
    (round) => progress(`round ${round} of ${rounds}`),
  );
  const rate = median(results.first.map((one) => one.papersPerSecond));
  const against = (ceiling) => {
    const ratios = results.first.map((one, round) => one.papersPerSecond / results.second[round][ceiling].textsPerSecond);
    const alone = median(results.second.map((one) => one[ceiling].textsPerSecond));
    const measured = `${median(ratios).toFixed(3)}× (rounds ${rangeOf(ratios, 2)}; ${rate.toFixed(1)} papers/s against ${alone.toFixed(1)} texts/s)`;
    return { ratio: median(ratios), measured };
  };
  const [plain, own] = [against("plain"), against("own")];
  return [
    {
      figure: "bulk import and embedding, against the model alone",
      target: `≥ ${least}×`,
      measured: plain.measured,
      met: plain.ratio >= least,
      workload: `${papers} papers, ${what}; SQLite, words and graph; the other: ${availableParallelism()} bare sessions over tokens prepared in advance`,
    },
    {
      figure: "  the same where the model alone needs no mask either",
      target: "",
      measured: own.measured,
      met: undefined,
      workload: "the bare sessions run the same network as the import",
    },
    {
      figure: "  of which storing, and the checkpoint afterwards",
      target: "",
      measured: `${median(results.first.map((one) => one.ingestSeconds)).toFixed(2)} s, ${median(results.first.map((one) => one.checkpointSeconds)).toFixed(2)} s`,
      met: undefined,
      workload: "the checkpoint (the rest of the graph, the files) is not in the ratio",
    },
  ];
}
