/** `paperkin models`: the embedding models and rerankers of this installation. */
import type { Command } from "commander";
import { listModels, pullModel, pullReranker, readManifest, verifyModel } from "../app.ts";
import { type Config, defaultModel } from "../config.ts";
import { AppError, toAppError } from "../core/errors.ts";
import { configOf, examples, interruptSignal, isJson } from "./context.ts";
import { note, print, printJson, printTable, withProgress } from "./output.ts";

export function addModels(program: Command): void {
  const models = program
    .command("models")
    .description("the embedding models and rerankers of this installation")
    .addHelpText("after", examples("models", "models pull Xenova/bge-small-en-v1.5", "models verify Xenova/bge-small-en-v1.5"));
  addList(models);
  addVerify(models);
  addPull(models);
}

function addList(models: Command): void {
  models
    .command("list", { isDefault: true })
    .description("the models that are here; * marks those that the settings name, or else the default")
    .addHelpText("after", examples("models", "models list --json"))
    .action(async (_flags: unknown, command: Command) => {
      const config = configOf(command);
      const manifests: Awaited<ReturnType<typeof readManifest>>[] = [];
      for (const id of await listModels(config.models)) {
        try {
          manifests.push(await readManifest(config.models, id));
        } catch (error) {
          // A damaged model does not hide the others.
          note(toAppError(error).explanation);
          process.exitCode = 3;
        }
      }
      if (isJson(command))
        for (const { files: _, ...manifest } of manifests) printJson({ ...manifest, configured: isConfigured(manifest, config) });
      else if (manifests.length === 0 && process.exitCode === undefined) print(`There are no models in ${config.models}.`);
      else
        printTable(
          manifests.map((manifest) => {
            const size = manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0);
            return [
              isConfigured(manifest, config) ? "*" : " ",
              manifest.id,
              ...("kind" in manifest
                ? ["reranker", manifest.labels === 1 ? "one label" : "two labels"]
                : [`${manifest.dimensions} dimensions`, `${manifest.pooling} pooling`]),
              `${manifest.maxTokens} tokens`,
              `${(size / 1e6).toFixed(0)} MB`,
              manifest.licence,
            ];
          }),
        );
    });
}

function addVerify(models: Command): void {
  models
    .command("verify")
    .description("compare a model's files with its manifest")
    .addHelpText("after", examples("models verify", "models verify Xenova/bge-small-en-v1.5"))
    .argument("[id]", "a model; the configured one unless named")
    .action(async (named: string | undefined, _flags: unknown, command: Command) => {
      const config = configOf(command);
      const id = named ?? config.model ?? defaultModel;
      const manifest = await readManifest(config.models, id);
      await verifyModel(config.models, manifest);
      if (isJson(command)) printJson({ id, files: manifest.files.length, state: "ok" });
      else print(`${id}: all ${manifest.files.length} files match the manifest.`);
    });
}

function addPull(models: Command): void {
  models
    .command("pull")
    .description("get a model from the Hugging Face hub, or from a folder in the same layout")
    .argument("<id>", "the model, owner/name")
    .option("--from <dir>", "a local folder that holds the model's files, instead of the hub")
    .option("--as-reranker", "it is a cross-encoder, which reads the first papers of a search (a sequence classification model)")
    .option("--pooling <pooling>", "how token vectors are combined: mean, cls or last_token (if the model is not known)")
    .option("--query-prefix <text>", "the prefix that the model expects before a query (if the model is not known)")
    .option("--document-prefix <text>", "the prefix that the model expects before a document (if the model is not known)")
    .option("--max-tokens <n>", "the maximum number of tokens (if the model is not known)")
    .addHelpText(
      "after",
      "\nThis is the only command that contacts the hub (PAPERKIN_HUB).\nExamples:\n  paperkin models pull Xenova/bge-small-en-v1.5\n  paperkin models pull Xenova/bge-small-en-v1.5 --from ~/Downloads/bge-small-en-v1.5\n  paperkin models pull Xenova/ms-marco-MiniLM-L-6-v2 --as-reranker\n",
    )
    .action(pull);
}

interface PullFlags {
  readonly asReranker?: boolean;
  readonly from?: string;
  readonly pooling?: string;
  readonly queryPrefix?: string;
  readonly documentPrefix?: string;
  readonly maxTokens?: string;
}

async function pull(id: string, { asReranker = false, ...usage }: PullFlags, command: Command): Promise<void> {
  const config = configOf(command);
  if (asReranker && (usage.pooling ?? usage.queryPrefix ?? usage.documentPrefix) !== undefined)
    throw new AppError("invalid_request", "A reranker has no pooling and no prefixes: --as-reranker goes with --from and --max-tokens.");
  const manifest = await withProgress(
    isJson(command),
    async (progress) =>
      await (asReranker ? pullReranker : pullModel)({
        ...usage,
        id,
        modelsFolder: config.models,
        hub: config.hub,
        signal: interruptSignal(),
        onProgress: (file, done, total) => progress.show(file, Math.round(done / 1e4) / 100, Math.round(total / 1e4) / 100, "MB"),
      }),
  );
  if ("kind" in manifest) {
    const { kind, labels, maxTokens } = manifest;
    if (isJson(command)) printJson({ id, kind, labels, maxTokens, state: "ok" });
    else print(`${id} is here: a reranker that reads ${maxTokens} tokens. Use it with --reranker ${id}, or the setting reranker.`);
    return;
  }
  const { dimensions, pooling } = manifest;
  if (isJson(command)) printJson({ id, dimensions, state: "ok" });
  else print(`${id} is here: ${dimensions} dimensions, ${pooling} pooling. Use it for a new library with --model ${id}.`);
}

function isConfigured(manifest: { readonly id: string; readonly kind?: string }, { model = defaultModel, reranker }: Config): boolean {
  return manifest.id === ("kind" in manifest ? reranker : model);
}
