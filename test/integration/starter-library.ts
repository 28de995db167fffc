/** The library of the starter corpus as a server makes it at its first start: made once in a run, and copied for each test file. */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { LocalLibrary } from "../../src/storage/local/local-library.ts";
import { eventually, Server } from "./command-line.ts";

export const smallLibrary = 100;

/** @param data where there is no library yet. */
export async function copyStarterLibrary(data: string): Promise<void> {
  const prepared = join(inject("preparedFolder"), "starter");
  await eventually(async () => {
    if (existsSync(prepared)) return true;
    // Of files that want it at once, one makes it; where that one failed, the next.
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

/** As {@link copyStarterLibrary}, with the first hundred of its papers: where all of them are embedded again. */
export async function copySmallStarterLibrary(data: string): Promise<void> {
  await copyStarterLibrary(data);
  await keepFirstPapers(data, smallLibrary);
}

/** Removes all other papers, also beside servers of the library. */
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
