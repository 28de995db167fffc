// Ways to damage a file, each reproducible from its seed.
import { closeSync, copyFileSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";
import { mulberry32 } from "../../dist/core/ranking/metrics.js";

/** `swap` replaces it by the file of another library or generation. */
export const damages = ["flip", "smear", "truncate", "swap", "delete"];

/** @param other the replacement in a swap. */
export function damageFile(path, damage, seed, other) {
  const random = mulberry32(seed);
  const { size } = statSync(path);
  const at = Math.floor(random() * size);
  if (damage === "flip") {
    const byte = readFileSync(path)[at] ^ (1 << Math.floor(random() * 8));
    writeAt(path, at, Uint8Array.of(byte));
  } else if (damage === "smear") {
    writeAt(
      path,
      at,
      Uint8Array.from({ length: Math.min(512, size - at) }, () => Math.floor(random() * 256)),
    );
  } else if (damage === "truncate") truncateSync(path, at);
  else if (damage === "swap") copyFileSync(other, path);
  else rmSync(path);
}

function writeAt(path, at, bytes) {
  if (bytes.length === 0) return;
  const file = openSync(path, "r+");
  try {
    writeSync(file, bytes, 0, bytes.length, at);
  } finally {
    closeSync(file);
  }
}
