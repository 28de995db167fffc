/** A library in a temporary folder, for tests that look behind its interface. */
import { join } from "node:path";
import Database from "better-sqlite3";
import { LocalLibrary } from "../../../src/storage/local/local-library.ts";
import type { LocalLibraryOptions } from "../../../src/storage/local/local-library-options.ts";
import { embedAll, inventPapers, testSpec } from "../../contract/invented-papers.ts";
import { makeTemporaryFolder } from "../../contract/temporary-folder.ts";

export class LibraryFolder {
  private readonly opened: LocalLibrary[] = [];

  private constructor(
    readonly path: string,
    private readonly removeFolder: () => Promise<void>,
  ) {}

  static async make(): Promise<LibraryFolder> {
    const { path, remove } = await makeTemporaryFolder();
    return new LibraryFolder(path, remove);
  }

  async open(options: Partial<Omit<LocalLibraryOptions, "folder">> = {}): Promise<LocalLibrary> {
    const library = await LocalLibrary.open({
      folder: this.path,
      create: true,
      maintain: true,
      ...options,
    });
    this.opened.push(library);
    return library;
  }

  /** Papers with embeddings. */
  async openFilled(count: number): Promise<LocalLibrary> {
    const library = await this.open();
    const generation = await library.openGeneration(testSpec);
    await library.upsert(inventPapers(count));
    await embedAll(library, generation);
    return library;
  }

  /** Runs SQL behind the library's back. */
  sql(text: string, ...parameters: (string | number | Uint8Array)[]): void {
    const db = new Database(join(this.path, "library.sqlite"));
    try {
      db.prepare(text).run(...parameters);
    } finally {
      db.close();
    }
  }

  async remove(): Promise<void> {
    for (const library of this.opened) await library.close();
    await this.removeFolder();
  }
}
