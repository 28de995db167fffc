// Hybrid search of a large library through HTTP: one client, many clients, where the time is spent, and the keyword arm alone.

import { measure, quantile, start } from "./processes.mjs";
import { queriesFrom } from "./search-queries.mjs";

const queryCount = 500;
const warmingUp = 20;
const clients = 16;
const limits = { p50: 12, p99: 40, wordsP99: 10, overFts: 10, memoryMb: 1_200, coldMs: 5_000, ofOneClient: 5, delayMs: 30, hostileMs: 100 };

/** Methods of the library and the model by stage. The remaining time is HTTP, fusion, explanations and sentences. */
const stages = {
  "embedding the query": ["embedQuery"],
  words: ["matchTerms", "termScores"],
  vectors: ["neighbours", "cosines", "embeddings"],
  "reading papers": ["papers", "sentenceEmbeddings"],
  correction: ["holdingCounts", "nearTerms", "holding"],
  "title, conditions": ["findByTitle", "resolve", "matching", "countPapers"],
};

export async function measureSearch(options) {
  const { library, strings, progress } = options;
  if (library === undefined)
    return [
      { figure: "hybrid search", target: "", measured: "skipped: it needs a large library (--library)", met: undefined, workload: "" },
    ];
  progress("hybrid, through HTTP");
  const hybrid = await measureHttp(options);
  progress("the keyword arm and FTS5");
  const words = await measure("search-words", { library, queries: hybrid.queries });
  progress(`${strings} strange strings`);
  const hostile = await measure("search-strings", { library, strings });
  return [...httpRows(hybrid), ...wordRows(words), stringRow(hostile)];
}

async function measureHttp({ library, data, root, folder, seconds, progress }) {
  const began = performance.now();
  const child = start("search-server", { library }, ["ignore", "inherit", "inherit", "ipc"]);
  const next = () =>
    new Promise((resolve, reject) => {
      child.once("message", ({ answer }) => resolve(answer));
      child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    });
  const tell = (ask, how = {}) => {
    const answer = next();
    child.send({ ask, ...how });
    return answer;
  };
  try {
    const { address } = await next();
    const ask = async (query) => {
      const at = performance.now();
      const response = await fetch(`${address}/v1/search?${new URLSearchParams({ q: query })}`);
      const { hits, mode } = await response.json();
      return { ms: performance.now() - at, isGood: response.ok && Array.isArray(hits) && mode === "hybrid" };
    };
    await ask("the first question of all");
    const coldMs = performance.now() - began;
    await tell("warmUp");
    const texts = await tell("texts", { count: 2 * queryCount });
    const queries = queriesFrom(texts, { data, root, folder, count: queryCount });
    for (const { title } of texts.slice(0, warmingUp)) await ask(`once: ${title}`);
    await tell("times");
    const alone = [];
    for (const query of queries) alone.push(await ask(query));
    const times = await tell("times");
    progress(`${clients} clients at once, ${seconds} s`);
    const together = await askTogether(ask, texts, seconds);
    const meanwhile = await tell("times");
    return { queries, coldMs, alone, times, together, meanwhile, seconds, state: await tell("state") };
  } finally {
    child.removeAllListeners("exit");
    if (child.connected) child.disconnect();
  }
}

/** Each client asks one query after another; none is repeated. */
async function askTogether(ask, texts, seconds) {
  const until = performance.now() + seconds * 1000;
  const asked = [];
  let number = 0;
  const one = async () => {
    while (performance.now() < until) {
      const at = number++;
      const { title, abstract } = texts[at % texts.length];
      const words = (at % 2 === 0 ? title : abstract).split(/\s+/).slice(0, 2 + (at % 20));
      asked.push(await ask(`${words.join(" ")} ${at}`).catch(() => ({ ms: 0, isGood: false })));
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
  return asked;
}

function httpRows({ queries, coldMs, alone, times, together, meanwhile, seconds, state }) {
  const ms = alone.map((one) => one.ms);
  const total = ms.reduce((sum, one) => sum + one, 0);
  const [p50, p99] = [quantile(ms, 0.5), quantile(ms, 0.99)];
  const bad = alone.filter(({ isGood }) => !isGood).length;
  const shares = Object.entries(stages).map(([stage, methods]) => [
    stage,
    methods.reduce((sum, method) => sum + (times.spent[method] ?? 0), 0),
  ]);
  const rest = total - shares.reduce((sum, [, spent]) => sum + spent, 0);
  const togetherMs = together.map((one) => one.ms);
  const failed = together.filter(({ isGood }) => !isGood).length;
  const togetherP99 = quantile(togetherMs, 0.99);
  return [
    {
      figure: `hybrid search through HTTP, ${state.papers} papers (${state.embedded} with an embedding), one client`,
      target: `p50 ≤ ${limits.p50}, p99 ≤ ${limits.p99} ms`,
      measured: `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; ${bad} without an answer`,
      met: p50 <= limits.p50 && p99 <= limits.p99 && bad === 0,
      workload: `${queries.length} titles cut, parts of abstracts, labelled queries of 1 to 32 words, each once; ${state.vectorSearch}`,
    },
    {
      figure: "  where the time goes",
      target: "",
      measured: [...shares, ["the rest", rest]].map(([stage, spent]) => `${stage} ${((100 * spent) / total).toFixed(0)} %`).join(", "),
      met: undefined,
      workload: `mean ${(total / ms.length).toFixed(1)} ms; the rest is HTTP, fusion, reasons and sentences`,
    },
    {
      figure: `  ${clients} clients at once`,
      target: `0 errors, p99 ≤ ${limits.ofOneClient}× one client's`,
      measured: `${failed} errors of ${together.length}, ${(together.length / seconds).toFixed(0)} answers/s, p50 ${quantile(togetherMs, 0.5).toFixed(0)} ms, p99 ${togetherP99.toFixed(0)} ms (${(togetherP99 / p99).toFixed(1)}×)`,
      met: failed === 0 && togetherP99 <= limits.ofOneClient * p99,
      workload: `${seconds} s, no query twice`,
    },
    {
      figure: "  event-loop delay meanwhile, p99",
      target: `≤ ${limits.delayMs} ms`,
      measured: `${meanwhile.delayP99.toFixed(1)} ms (longest ${meanwhile.delayMax.toFixed(0)} ms)`,
      met: meanwhile.delayP99 <= limits.delayMs,
      workload: "1 ms of it is the clock's own",
    },
    {
      figure: "  memory of the server; start to first answer",
      target: `≤ ${limits.memoryMb} MB, ≤ ${limits.coldMs / 1000} s`,
      measured: `${state.rssMb.toFixed(0)} MB, ${(coldMs / 1000).toFixed(1)} s`,
      met: state.rssMb <= limits.memoryMb && coldMs <= limits.coldMs,
      workload: "resident memory after all of that, without the processes of the model",
    },
  ];
}

function wordRows({ queries, longest, own, pages, fts, checked, differing }) {
  return [
    {
      figure: "keyword arm alone, p99",
      target: `≤ ${limits.wordsP99} ms, ≥ ${limits.overFts}× faster than FTS5`,
      measured: `${own.p99.toFixed(1)} ms (p50 ${own.p50.toFixed(1)}), FTS5 ${fts.p99.toFixed(0)} ms (p50 ${fts.p50.toFixed(0)}): ${(fts.p99 / own.p99).toFixed(1)}×`,
      met: own.p99 <= limits.wordsP99 && fts.p99 >= limits.overFts * own.p99,
      workload: `${queries} of the queries, up to ${longest} terms, the ten best; FTS5: the same terms with OR, ORDER BY rank`,
    },
    {
      figure: "  the candidates of a hybrid search",
      target: "",
      measured: `p50 ${pages.p50.toFixed(1)} ms, p99 ${pages.p99.toFixed(1)} ms`,
      met: undefined,
      workload: "as above",
    },
    {
      figure: "  ten best other than by scoring every paper",
      target: "0",
      measured: `${differing} of ${checked}`,
      met: differing === 0,
      workload: "the score of each paper of the library, sorted",
    },
  ];
}

function stringRow({ strings, errors, first, p99, slowest, hybrid }) {
  return {
    figure: "strange strings as queries: errors; slowest",
    target: `0, ≤ ${limits.hostileMs} ms`,
    measured: `${errors} of ${strings}${first === undefined ? "" : ` (${first})`}; p99 ${p99.toFixed(1)} ms, slowest ${slowest.ms.toFixed(0)} ms (${slowest.text})`,
    met: errors === 0 && slowest.ms <= limits.hostileMs,
    workload: `operators, quotes, SQL, TeX, other scripts, halves of characters, up to 10,000 characters; ${hybrid} of them hybrid, the others keyword, all with corrections`,
  };
}
