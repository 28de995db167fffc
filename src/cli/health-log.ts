/** What a server's log says of damage that it found, and of what became of it: each change once. */
import type { Library } from "../core/storage.ts";
import { notesOfHealth } from "../engine/status.ts";

const lookMs = 250;

/** @returns how to stop. */
export function startHealthLog(library: Library, log: { warn(entry: object, message: string): void }): () => void {
  const said = new Set<string>();
  const look = async () => {
    const health = await library.health();
    for (const note of notesOfHealth(health)) {
      if (!said.has(note)) log.warn({ writesStopped: health.writesStopped !== undefined }, note);
      said.add(note);
    }
  };
  void look();
  const timer = setInterval(() => void look(), lookMs);
  timer.unref();
  return () => clearInterval(timer);
}
