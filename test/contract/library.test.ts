/** The library contract on every implementation. */
import { LocalLibrary } from "../../src/storage/local/local-library.ts";
import { MemoryLibrary } from "../../src/storage/memory/memory-library.ts";
import { describeLibrary } from "./library.contract.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

for (const maintain of [true, false]) {
  describeLibrary({
    name: maintain ? "LocalLibrary that maintains its index" : "LocalLibrary that only asks",
    open: async () => {
      const folder = await makeTemporaryFolder();
      const openLibrary = () => LocalLibrary.open({ folder: folder.path, create: true, maintain });
      let current = await openLibrary();
      return {
        library: current,
        reopen: async () => {
          await current.close();
          current = await openLibrary();
          return current;
        },
        close: async () => {
          await current.close();
          await folder.remove();
        },
      };
    },
  });
}

describeLibrary({
  name: "MemoryLibrary",
  open: async () => {
    const library = new MemoryLibrary();
    return { library, close: () => library.close() };
  },
  skip: {
    reason: "nothing of it outlives the process",
    tests: [
      "I1: answers the same after opening again without a checkpoint",
      "I1, I2: answers the same after opening again with a checkpoint, and with changes behind it",
      "never gives a label again after opening again",
    ],
  },
});
