// An import that reports its current stage, and what has become durable: the number of `papers` from the start of the file, and of those
// `embedded`.
import { writeSync } from "node:fs";
import { emptyCounts } from "../../dist/engine/intake/ingest.js";
import { openKilled } from "./kill-engine.mjs";
import { recordsOf } from "./papers.mjs";

const { file, library, embedder } = JSON.parse(process.argv[2]);
// Synchronous, since buffered output would be lost when the process is killed.
const acknowledge = (what) => writeSync(1, `${JSON.stringify(what)}\n`);

const engine = await openKilled(library, embedder, true);
const { embedded: before } = await engine.status();
acknowledge({ stage: "importing" });
await engine.ingest(recordsOf(file), emptyCounts(), { onBatch: ({ read }) => acknowledge({ papers: read }) });
acknowledge({ stage: "embedding" });
await engine.embedBacklog({ onProgress: (embedded) => acknowledge({ embedded: before + embedded }) });
acknowledge({ stage: "writing index files" });
await engine.library.checkpoint();
await engine.close();
acknowledge({ stage: "done" });
