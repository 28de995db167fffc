// Shared by the child processes: papers and texts as an import prepares them, and the shipped model.
import { defaultModel, readConfig } from "../../dist/config.js";
import { prepareText } from "../../dist/core/prepare.js";
import { openInput } from "../../dist/sources/open-input.js";
import { paperkinFormat } from "../../dist/sources/paperkin.js";

/** The default settings, independent of the environment. */
export const config = { ...readConfig({}, {}), model: defaultModel };

export async function* recordsOf(file) {
  yield* paperkinFormat.read(await openInput(file));
}

/** The texts that are embedded, in the order of the file. */
export async function textsOf(file) {
  const texts = [];
  for await (const record of recordsOf(file)) if (record.kind === "paper") texts.push(prepareText(record.paper));
  return texts;
}

export function report(result) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
