/** What this process found damaged or missing beside the database and makes anew, for whoever asks how the library is. */
import type { Rebuild } from "../../core/upkeep.ts";

interface Watched {
  rebuild: Rebuild;
  readonly state: () => Rebuild["state"];
}

export class Rebuilds {
  private readonly watched: Watched[] = [];

  constructor(private readonly now: () => Date) {}

  /** @param state how far it is, asked until it is `rebuilt`. */
  begin(index: Rebuild["index"], reason: string, state: () => Rebuild["state"]): void {
    this.watched.unshift({ rebuild: { index, reason, state: "rebuilding", since: this.now().toISOString() }, state });
  }

  /** The latest first. */
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
