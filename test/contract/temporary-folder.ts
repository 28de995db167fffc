/** A folder inside the system's temporary one, for as long as a test needs it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export async function makeTemporaryFolder(): Promise<{
  path: string;
  remove: () => Promise<void>;
}> {
  const path = await mkdtemp(join(tmpdir(), "paperkin-test-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
