/** Ways in which files become damaged, each reproducible from its seed. */
import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { mulberry32 } from "../../src/core/ranking/metrics.ts";

export const damages = ["flip a bit", "smear 512 bytes", "truncate"] as const;
export type Damage = (typeof damages)[number];

export async function damageFile(path: string, damage: Damage, seed: number): Promise<void> {
  const bytes = await readFile(path);
  const random = mulberry32(seed);
  const at = Math.floor(random() * bytes.length);
  switch (damage) {
    case "flip a bit":
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      await writeFile(path, bytes);
      return;
    case "smear 512 bytes":
      for (let i = at; i < Math.min(at + 512, bytes.length); i++) bytes[i] = Math.floor(random() * 256);
      await writeFile(path, bytes);
      return;
    case "truncate":
      await writeFile(path, bytes.subarray(0, at));
      return;
  }
}

export async function replaceFile(path: string, by: string | undefined): Promise<void> {
  await rm(path);
  if (by !== undefined) await copyFile(by, path);
}
