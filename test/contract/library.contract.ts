/**
 * What every implementation of `Library` must do, as a suite that is run on each of them. One that cannot do
 * something says which test it skips and why.
 */
import { describe, expect, it } from "vitest";
import type { Library } from "../../src/core/library.ts";
import { commentBehaviours } from "./comments.contract.ts";
import { decidingBehaviours } from "./deciding.contract.ts";
import { deliveryBehaviours } from "./delivery.contract.ts";
import { embeddingBehaviours } from "./embeddings.contract.ts";
import { facetBehaviours } from "./facets.contract.ts";
import { generationBehaviours } from "./generations.contract.ts";
import { jobBehaviours } from "./jobs.contract.ts";
import { listingBehaviours } from "./listing.contract.ts";
import { mergingBehaviours } from "./merging.contract.ts";
import { paperBehaviours } from "./papers.contract.ts";
import { personalBehaviours } from "./personal.contract.ts";
import { retrievalBehaviours } from "./retrieval.contract.ts";
import { signInBehaviours } from "./sign-in.contract.ts";
import { sourceItemBehaviours } from "./source-items.contract.ts";
import { suggestionBehaviours } from "./suggestions.contract.ts";
import { upkeepBehaviours } from "./upkeep.contract.ts";
import { wordBehaviours } from "./words.contract.ts";

export interface OpenedLibrary {
  /** Empty. */
  readonly library: Library;
  /** Closes it and reopens what it left; the old one may not be used again. */
  reopen?(): Promise<Library>;
  close(): Promise<void>;
}

export interface LibraryDriver {
  readonly name: string;
  open(): Promise<OpenedLibrary>;
  readonly skip?: {
    readonly reason: string;
    readonly tests: readonly string[];
  };
}

export type Behaviour = (opened: OpenedLibrary) => Promise<void>;
/** Names of behaviours, with their tests. */
export type Behaviours = Readonly<Record<string, Behaviour>>;

const parts: Readonly<Record<string, Behaviours>> = {
  papers: paperBehaviours,
  facets: facetBehaviours,
  listing: listingBehaviours,
  merging: mergingBehaviours,
  deciding: decidingBehaviours,
  "what sources call their records": sourceItemBehaviours,
  embeddings: embeddingBehaviours,
  generations: generationBehaviours,
  neighbours: retrievalBehaviours,
  words: wordBehaviours,
  suggestions: suggestionBehaviours,
  personal: personalBehaviours,
  delivery: deliveryBehaviours,
  "signing in": signInBehaviours,
  comments: commentBehaviours,
  upkeep: upkeepBehaviours,
  jobs: jobBehaviours,
};

export function describeLibrary(driver: LibraryDriver): void {
  describe(`the library contract on ${driver.name}`, () => {
    const skipped = new Set(driver.skip?.tests);
    for (const [part, behaviours] of Object.entries(parts)) {
      describe(part, () => {
        for (const [name, show] of Object.entries(behaviours)) {
          if (skipped.delete(name)) it.skip(`${name} (skipped: ${driver.skip?.reason})`);
          else it(name, () => onFreshLibrary(driver, show));
        }
      });
    }
    it("skips only tests that exist", () => expect([...skipped]).toEqual([]));
  });
}

async function onFreshLibrary(driver: LibraryDriver, show: Behaviour): Promise<void> {
  const opened = await driver.open();
  try {
    await show(opened);
  } finally {
    await opened.close();
  }
}
