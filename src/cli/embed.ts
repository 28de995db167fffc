/** Embeds the backlog for commands: with a progress bar, and one process at a time. */

import { counted } from "../core/text.ts";
import type { Engine } from "../engine/engine.ts";
import type { Progress } from "./output.ts";

/** How often a process that watches another one's embedding checks the backlog. */
const watchMs = 500;

/** Explains how papers that are stored without an embedding will get one. */
export function describeBacklog(papers: number): string {
  return `${counted(papers, "paper")} ${papers === 1 ? "waits" : "wait"} to be embedded: the next import, or a running server, will do it.`;
}

/** Embeds the backlog, or watches the process that is doing so already. */
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
