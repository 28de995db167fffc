/** Uses the papers of a file that are in the library as examples of an interest. Importing remains a separate command. */
import { AppError } from "../core/errors.ts";
import { describePlace } from "../core/source.ts";
import { counted } from "../core/text.ts";
import type { Engine } from "../engine/engine.ts";
import { checkExamples, type ExamplesOfFile, FileExamples } from "../engine/people/file-examples.ts";
import { note } from "./output.ts";

type Found = ExamplesOfFile & {
  /** Records that cannot be read. */
  readonly refused: number;
};

const shownMissing = 5;

/**
 * @param collection a collection or group of the file: its name, or its path with slashes. Throws `file_unreadable`, `unsupported_format`,
 * and `invalid_request` if nothing in the file can be an example, or if it is too much.
 */
export async function papersOfFile(engine: Engine, file: string, collection: string | undefined): Promise<Found> {
  // Loaded only if a file is named.
  const { readFilesOf } = await import("../app-sources.ts");
  const examples = new FileExamples();
  for await (const event of readFilesOf([file], undefined)) {
    if (event.kind === "fault") throw event.error;
    examples.add(event);
  }
  const found = await examples.find(engine.library, file, collection);
  if (found.paperIds.length === 0)
    throw new AppError("invalid_request", `The library has no paper of ${file}.`, { mend: `Import it first: paperkin import ${file}` });
  checkExamples(file, found.paperIds.length, "Make interests of its parts: --collection, or a file for each.");
  return { ...found, refused: examples.refused };
}

/** Reports what was left out, and how to fix it. @param interest the id of the one that was made without it. */
export function tellMissing({ missing, refused }: Found, file: string, interest: string): void {
  if (missing.length > 0) {
    // Places within archives and folders have names of their own.
    const places = missing.slice(0, shownMissing).map((place) => describePlace(place).replace(`${file}, `, ""));
    const more = missing.length > shownMissing ? "; …" : "";
    const verb = missing.length === 1 ? "is" : "are";
    note(
      `${counted(missing.length, "paper")} of ${file} ${verb} not in the library (${places.join("; ")}${more}). To follow all of it: \`paperkin import ${file}\`, \`paperkin interests remove ${interest}\`, and add it again.`,
    );
  }
  if (refused > 0) note(`${counted(refused, "record")} of ${file} cannot be read; \`paperkin import ${file}\` says why.`);
  if (missing.length + refused > 0) process.exitCode = 3;
}
