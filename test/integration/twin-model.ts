/** Two models with the same files: they count as different models, but give the same vectors. */
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "../../src/compiled.ts";

export const [model, twin] = ["Xenova/all-MiniLM-L6-v2", "Xenova/twin"];

/** Puts both into a models folder. */
export async function installTwins(models: string): Promise<void> {
  await cp(join(projectRoot, "models", model), join(models, model), { recursive: true });
  await cp(join(models, model), join(models, twin), { recursive: true });
  const manifest = join(models, twin, "paperkin-model.json");
  await writeFile(manifest, (await readFile(manifest, "utf8")).replace(`"id": "${model}"`, `"id": "${twin}"`));
}
