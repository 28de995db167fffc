// Rebuilds derived tables, and pauses in the middle of one step until it is killed.
// node repair-child.mjs FOLDER STEP
import { writeSync } from "node:fs";
import { LocalLibrary } from "../../dist/storage/local/local-library.js";

const [folder, last] = [process.argv[2], Number(process.argv[3])];
const library = await LocalLibrary.open({ folder, create: false, maintain: false, searchable: false });
let step = 0;
await library.verify({
  repair: true,
  onProgress: (what) => {
    if (step++ !== last) return;
    writeSync(1, `${what}\n`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
});
