/** The library of the starter corpus as a server makes it on its first start: made once per run, and copied for each test file. */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { LocalLibrary } from "../../src/storage/local/local-library.ts";
import { eventually, Server } from "./command-line.ts";

export const smallLibrary = 100;

/** @param data must not hold a library yet. */
export async function copyStarterLibrary(data: string): Promise<void> {
  const prepared = join(inject("preparedFolder"), "starter");
  await eventually(async () => {
    if (existsSync(prepared)) return true;
    // If several files need it at once, one makes it; if that one fails, the next one does.
    if (!claims(`${prepared}.claim`)) return undefined;
    try {
      await makeIt(prepared);
    } finally {
      rmSync(`${prepared}.claim`, { recursive: true });
    }
    return true;
  });
  cpSync(prepared, data, { recursive: true });
}

/** Like {@link copyStarterLibrary}, with only its first hundred papers: for tests that embed all of them again. */
export async function copySmallStarterLibrary(data: string): Promise<void> {
  await copyStarterLibrary(data);
  await keepFirstPapers(data, smallLibrary);
}

/** Removes all other papers, even while servers are using the library. */
export async function keepFirstPapers(data: string, count: number): Promise<void> {
  const library = await LocalLibrary.open({ folder: data, create: false, maintain: false });
  const papers = await library.eachPaper(0, 1_000);
  await library.remove(papers.slice(count).map(({ paper }) => paper.paperId));
  await library.close();
}

function claims(claim: string): boolean {
  try {
    mkdirSync(claim);
    return true;
  } catch {
    return false;
  }
}

async function makeIt(prepared: string): Promise<void> {
  if (existsSync(prepared)) return;
  const making = `${prepared}.making`;
  rmSync(making, { recursive: true, force: true });
  const server = await Server.start(["--data", making]);
  const code = await server.stop();
  if (code !== 0) throw new Error(`the server that made the starter library ended with ${code}`);
  renameSync(making, prepared);
}
