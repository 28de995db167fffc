// Splits one interest after another, reports each, and waits to be killed.
// node divide-child.mjs FOLDER PERSON MOVED
import { writeSync } from "node:fs";
import { LocalLibrary } from "../../dist/storage/local/local-library.js";

const [folder, person, moved] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const library = await LocalLibrary.open({ folder, create: false, maintain: false });
const { personal } = library;
const feedback = await personal.feedback(person);
for (const before of await personal.interests(person)) {
  const about = feedback.filter(({ interest }) => interest === before.id);
  const second = { ...before, id: `${before.id}-second`, positives: ["X:2"] };
  const first = { ...before, positives: ["X:1"] };
  // Written synchronously, so that nothing reported before the kill is lost.
  if (await personal.divideInterest(person, { before, first, second, moved: about.slice(0, moved) })) writeSync(1, `${before.id}\n`);
}
setInterval(() => undefined, 1_000);
