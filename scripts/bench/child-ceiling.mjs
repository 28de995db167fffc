// The throughput of the model alone: one process per core, each running one session in a loop over tokens that were prepared in advance.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { config, report, textsOf } from "./papers.mjs";

const { file, isOwn } = JSON.parse(process.argv[2]);
const texts = (await textsOf(file)).map(({ text }) => text);
const sessions = Array.from({ length: config.workers }, () => fork(fileURLToPath(new URL("child-ceiling-session.mjs", import.meta.url))));
const ready = sessions.map(async (session, part) => {
  session.send({ texts: texts.filter((_, at) => at % sessions.length === part), isOwn });
  await once(session, "message");
});
await Promise.all(ready);
const started = performance.now();
const done = sessions.map(async (session) => {
  session.send("go");
  await once(session, "message");
});
await Promise.all(done);
const seconds = (performance.now() - started) / 1000;
for (const session of sessions) session.disconnect();
report({ textsPerSecond: texts.length / seconds });
