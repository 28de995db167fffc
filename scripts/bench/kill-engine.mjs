// The engine that is killed, and the one that examines the library afterwards.
import { openEngine } from "../../dist/app.js";
import { HashingEmbedder } from "../../dist/embedding/hashing-embedder.js";
import { Engine } from "../../dist/engine/engine.js";
import { LocalLibrary } from "../../dist/storage/local/local-library.js";
import { config } from "./papers.mjs";

/** @param embedder `hashing`, which takes no time, or `real`. */
export async function openKilled(library, embedder, maintain) {
  if (embedder === "real") return await openEngine({ ...config, data: library }, { create: true, maintain });
  return new Engine(await LocalLibrary.open({ folder: library, create: true, maintain }), new HashingEmbedder());
}
