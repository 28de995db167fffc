// Migrates a library, and pauses in the middle of one step until it is killed.
// node migration-child.mjs FOLDER STEP
import { writeSync } from "node:fs";
import { LocalLibrary } from "../../dist/storage/local/local-library.js";

const [folder, step] = [process.argv[2], Number(process.argv[3])];
await LocalLibrary.open({
  folder,
  create: false,
  maintain: false,
  searchable: false,
  onMigration: (done) => {
    if (done !== step) return;
    writeSync(1, "here\n");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
});
