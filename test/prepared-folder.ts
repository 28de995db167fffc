/** A folder shared by all test files of one run, for what takes long to make and is only copied from there. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    preparedFolder: string;
  }
}

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "paperkin-prepared-"));
  project.provide("preparedFolder", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
