// Builds a library and is killed.
import { buildLibrary } from "./libraries.mjs";

const { folder, first } = JSON.parse(process.argv[2]);
await buildLibrary(folder, first);
process.kill(process.pid, "SIGKILL");
