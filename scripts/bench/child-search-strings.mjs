// Searches for strings that nobody would type: none may cause an error, or block other requests.
import { openEmbedder } from "../../dist/app.js";
import { mulberry32 } from "../../dist/core/ranking/metrics.js";
import { Engine } from "../../dist/engine/engine.js";
import { LocalLibrary } from "../../dist/storage/local/local-library.js";
import { config, report } from "./papers.mjs";
import { quantile } from "./processes.mjs";

/** The longest query that HTTP accepts. */
const longest = 10_000;
/** One in this many is also embedded. */
const hybridEach = 50;

const pieces = [
  '"',
  "'",
  "-",
  "--",
  "OR",
  " OR ",
  "AND",
  "NOT",
  "(",
  ")",
  "*",
  ":",
  "author:",
  "title:",
  "year:",
  "year:2019..",
  'venue:"',
  "category:cs.*",
  "source:",
  "has:code",
  "has:",
  "-author:",
  "\\",
  "\\frac{a}{b}",
  "$x^2$",
  "{",
  "}",
  "%",
  "_",
  ";",
  "/*",
  "*/",
  "'; DROP TABLE papers; --",
  "1=1",
  "<script>alert(1)</script>",
  "&amp;",
  "&#0;",
  "\u0000",
  "\u0001",
  "\r\n",
  "\t",
  "\u200b",
  "\u202e",
  "\ufeff",
  "\ud800",
  "\udc00",
  "👩‍🔬",
  "🏳️‍🌈",
  "漢字",
  "ไทย",
  "العربية",
  "ß",
  "ﷺ",
  "½",
  "é",
  "e\u0301",
  "Ω",
  "α-synuclein",
  "C++",
  "C#",
  ".NET",
  "10.1000/182",
  "arXiv:2401.00001",
  "https://",
  "__proto__",
  "constructor",
  "toString",
  "NaN",
  "undefined",
  "0",
  "-0",
  "1e999",
  "the",
  "of",
  "a",
  "graph",
  "neural",
  "protein",
  "covid-19",
  "SARS-CoV-2",
  "p53",
  "state-of-the-art",
  "\n",
  " ",
  "   ",
  ".",
  ",",
  "?",
  "!",
  "~",
  "^",
];

const { library: folder, strings } = JSON.parse(process.argv[2]);
const library = await LocalLibrary.open({ folder, create: false, maintain: false });
const generation = await library.liveGeneration();
const embedder = await openEmbedder({ ...config, model: generation?.model }, 1, generation?.model, { truncation: generation?.truncation });
const engine = new Engine(library, embedder);
await engine.ready();
await library.warmUp();
await engine.search({ query: "protien", mode: "keyword", correct: true });

const random = mulberry32(7);
const any = (list) => list[Math.floor(random() * list.length)];
const times = [];
let [errors, hybrid] = [0, 0];
let first;
let slowest = { ms: 0, text: "" };
for (let at = 0; at < strings; at++) {
  const text = invent(at);
  const isHybrid = at % hybridEach === 0;
  if (isHybrid) hybrid++;
  const began = performance.now();
  try {
    await engine.search({ query: text, mode: isHybrid ? "hybrid" : "keyword", correct: true, limit: 10 });
  } catch (error) {
    errors++;
    first ??= `${JSON.stringify(text.slice(0, 60))}: ${error.message}`;
  }
  const ms = performance.now() - began;
  times.push(ms);
  if (ms > slowest.ms)
    slowest = { ms, text: `${text.length} characters, ${JSON.stringify(text.slice(0, 30))}${isHybrid ? ", hybrid" : ""}` };
}
report({ strings, errors, first, p99: quantile(times, 0.99), slowest, hybrid });
await engine.close();

/** Usually a few pieces; sometimes one of them repeated, or arbitrary text, up to the longest query. */
function invent(at) {
  const kind = at % 10;
  if (kind === 0)
    return any(pieces)
      .repeat(1 + Math.floor(random() * 400))
      .slice(0, longest);
  if (kind === 1)
    return String.fromCharCode(...Array.from({ length: 1 + Math.floor(random() * 60) }, () => Math.floor(random() * 0x10000)));
  const count = at % 500 === 2 ? 3_000 : 1 + Math.floor(random() * 12);
  let text = "";
  for (let piece = 0; piece < count; piece++) text += any(pieces) + (random() < 0.4 ? " " : "");
  return text.slice(0, longest);
}
