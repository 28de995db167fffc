/** Embedding what waits, as commands do it: with a bar, and in turn with other processes. */

import { counted } from "../core/text.ts";
import type { Engine } from "../engine/engine.ts";
import type { Progress } from "./output.ts";

/** How often a process that watches another one embed looks at the backlog. */
const watchMs = 500;

/** Says of papers that are stored without an embedding how they get one. */
export function describeBacklog(papers: number): string {
  return `${counted(papers, "paper")} ${papers === 1 ? "waits" : "wait"} to be embedded: any next import, or a running server, does it.`;
}

/** Embeds what waits, or watches the process that is at it already. */
export async function embed(engine: Engine, signal: AbortSignal, progress: Progress): Promise<void> {
  const embedded = await engine.embedBacklog({
    signal,
    onProgress: (done, total) => progress.show("embedding", done, total, "papers"),
  });
  if (embedded !== undefined) return;
  const total = (await engine.status()).backlog;
  for (;;) {
    const { backlog } = await engine.status();
    progress.show("embedding (in another process)", Math.max(0, total - backlog), total, "papers");
    if (backlog === 0 || signal.aborted) return;
    if ((await engine.embedBacklog({ signal })) !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, watchMs));
  }
}
