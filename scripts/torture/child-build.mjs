// Builds a library and dies, as nobody would wish to.
import { buildLibrary } from "./libraries.mjs";

const { folder, first } = JSON.parse(process.argv[2]);
await buildLibrary(folder, first);
process.kill(process.pid, "SIGKILL");
