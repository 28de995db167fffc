/** Records which derived data this process found damaged or missing and rebuilds, for the library's health report. */
import type { Rebuild } from "../../core/upkeep.ts";

interface Watched {
  rebuild: Rebuild;
  readonly state: () => Rebuild["state"];
}

export class Rebuilds {
  private readonly watched: Watched[] = [];

  constructor(private readonly now: () => Date) {}

  /** @param state the progress of the rebuild, queried until it is `rebuilt`. */
  begin(index: Rebuild["index"], reason: string, state: () => Rebuild["state"]): void {
    this.watched.unshift({ rebuild: { index, reason, state: "rebuilding", since: this.now().toISOString() }, state });
  }

  /** Latest first. */
  list(): Rebuild[] {
    for (const watched of this.watched) {
      const { rebuild } = watched;
      if (rebuild.state === "rebuilt") continue;
      const state = watched.state();
      watched.rebuild = state === "rebuilt" ? { ...rebuild, state, until: this.now().toISOString() } : { ...rebuild, state };
    }
    return this.watched.map(({ rebuild }) => rebuild);
  }
}
