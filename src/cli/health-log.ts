/** Logs damage that a server finds, and what became of it: each change once. */
import type { Engine } from "../engine/engine.ts";
import { notesOfHealth } from "../engine/upkeep/status.ts";

const lookMs = 250;

/** @returns how to stop. */
export function startHealthLog(engine: Engine, log: { warn(entry: object, message: string): void }): () => void {
  const said = new Set<string>();
  const look = async () => {
    const health = await engine.library.health();
    const notes = notesOfHealth(health, engine.embeddingFault);
    for (const note of notes) {
      if (!said.has(note)) log.warn({ writesStopped: health.writesStopped !== undefined }, note);
      said.add(note);
    }
    // A fault that comes back is logged again.
    for (const note of said) if (!notes.includes(note)) said.delete(note);
  };
  void look();
  const timer = setInterval(() => void look(), lookMs);
  timer.unref();
  return () => clearInterval(timer);
}
