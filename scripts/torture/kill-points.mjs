// Named moments at which a process can die: hooks around SQLite's statements, files, folders and the index, without any support in the
// product's code.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import Database from "better-sqlite3";

/** The statements around which a process dies, with their names. */
const statements = [
  ["row", /^INSERT INTO papers/],
  ["removal", /^INSERT INTO removed/],
  ["embedding", /^INSERT OR REPLACE INTO embeddings/],
  ["commit", /^COMMIT/],
  ["swap", /^UPDATE generations SET state/],
  ["checkpoint noted", /^UPDATE generations SET checkpoint_change/],
  ["generation dropped", /^DELETE FROM generations/],
  ["copy of the database", /^VACUUM INTO/],
];

/**
 * Kills this process at a named moment, or counts moments. Must be called before any module of the product is imported.
 * @param point `{ name, side, nth }`: before or after the nth of its name; undefined only counts.
 * @returns the number of times that each moment occurred.
 */
export function installKillPoints(point) {
  const counts = {};
  const at = (name, side) => {
    if (side === "before") counts[name] = (counts[name] ?? 0) + 1;
    if (point?.name === name && point.side === side && point.nth === counts[name]) process.kill(process.pid, "SIGKILL");
  };
  const around = (name, run) => {
    if (name === undefined) return run();
    at(name, "before");
    const result = run();
    if (typeof result?.then !== "function") {
      at(name, "after");
      return result;
    }
    return result.then((value) => {
      at(name, "after");
      return value;
    });
  };
  hookStatements(around);
  hookFiles(around);
  return { counts, around };
}

function hookStatements(around) {
  const db = new Database(":memory:");
  const prototype = Object.getPrototypeOf(db.prepare("SELECT 1"));
  db.close();
  const { run } = prototype;
  prototype.run = function (...parameters) {
    const name = statements.find(([, pattern]) => pattern.test(this.source.trimStart()))?.[0];
    return around(name, () => run.apply(this, parameters));
  };
}

function hookFiles(around) {
  const { rename, open, writeFile, copyFile } = fs.promises;
  fs.promises.rename = (from, to) => around(/manifest\.json$/.test(to) ? "manifest" : "rename", () => rename(from, to));
  fs.promises.writeFile = (path, ...rest) =>
    around(typeof path === "string" && path.endsWith(".tmp") ? "temporary file" : undefined, () => writeFile(path, ...rest));
  fs.promises.copyFile = (...paths) => around("copy of an index file", () => copyFile(...paths));
  fs.promises.open = async (path, ...rest) => {
    const handle = await open(path, ...rest);
    const isFolder = (await handle.stat()).isDirectory();
    const sync = handle.sync.bind(handle);
    handle.sync = () => around(isFolder ? "folder fsync" : "fsync", sync);
    const append = handle.appendFile.bind(handle);
    handle.appendFile = (...data) => around("archive", () => append(...data));
    return handle;
  };
  syncBuiltinESMExports();
}

/** To be called once the product has been imported. */
export function hookIndex(HnswIndex, around) {
  const { put, write } = HnswIndex.prototype;
  HnswIndex.prototype.put = function (...all) {
    return around("index add", () => put.apply(this, all));
  };
  HnswIndex.prototype.write = function (...all) {
    return around("index file", () => write.apply(this, all));
  };
}
