/** How long keys are cached. */
import { afterEach, expect, it, vi } from "vitest";
import { hashKey } from "../../../src/core/api-key.ts";
import type { StoredKey } from "../../../src/core/personal-store.ts";
import { KeyRing } from "../../../src/http/key-ring.ts";

afterEach(() => vi.restoreAllMocks());

it("a key just made is accepted, and wrong ones query the library at most ten times a second", async () => {
  const keys: StoredKey[] = [];
  const reads = vi.fn(async () => [...keys]);
  const ring = new KeyRing([], { keys: reads, people: async () => [] });
  const clock = vi.spyOn(performance, "now").mockReturnValue(5_000);
  expect(await ring.identityOf("pk_wrong")).toBeUndefined();
  keys.push({
    person: "ada",
    scope: "write",
    hash: hashKey("pk_new").toString("hex"),
    prefix: "pk_new",
    created: "2026-03-02T00:00:00.000Z",
  });
  clock.mockReturnValue(5_050);
  expect(await ring.identityOf("pk_wrong")).toBeUndefined();
  expect(reads).toHaveBeenCalledTimes(1);
  clock.mockReturnValue(5_200);
  expect(await ring.identityOf("pk_new")).toEqual({ person: "ada", scope: "write" });
  expect(await ring.identityOf("pk_new")).toEqual({ person: "ada", scope: "write" });
  expect(reads).toHaveBeenCalledTimes(2);
});
