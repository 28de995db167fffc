/**
 * The one place that picks implementations and assembles them. Parts that only some commands need are in separate files (`app-server.ts`,
 * `app-sources.ts`, `app-delivery.ts`), so that a search starts without loading the code of the web pages.
 */
import { join } from "node:path";
import { compiledModule, shippedFile, version } from "./compiled.ts";
import { type Config, childEnvironment, defaultModel } from "./config.ts";
import { type Embedder, isModelFileFault, modelDescriptionSchema } from "./core/embedder.ts";
import { AppError, ofTemporaryFolder, toAppError } from "./core/errors.ts";
import { type Generation, hasSameVectors } from "./core/generation.ts";
import type { Library } from "./core/library.ts";
import { preparationVersion } from "./core/prepare.ts";
import type { Reranker } from "./core/reranker.ts";
import {
  listEmbeddingModels,
  listModels,
  readManifest,
  readModelManifest,
  readRerankerManifest,
  verifyModel,
} from "./embedding/manifest.ts";
import { MissingModel, undescribed } from "./embedding/missing-model.ts";
import { EmbeddingPool } from "./embedding/pool.ts";
import { pullModel } from "./embedding/pull.ts";
import { pullReranker } from "./embedding/pull-reranker.ts";
import { RerankProcess } from "./embedding/rerank-process.ts";
import { openVectorFile, writeVectorFile } from "./embedding/vector-file.ts";
import { Engine, type EngineOptions } from "./engine/engine.ts";
import { specOf } from "./engine/generations/embed-backlog.ts";
import { type IndexApart, indexApart } from "./engine/generations/index-apart.ts";
import { verifyApart } from "./engine/upkeep/verify-apart.ts";
import { type BackupManifest, backUp, copyWithoutFiles } from "./storage/local/backup.ts";
import { type CheckedBackup, checkBackups } from "./storage/local/backup-source.ts";
import { addCopy, type CopyOptions, type CopyReport } from "./storage/local/copies.ts";
import { isThere } from "./storage/local/database.ts";
import { databaseName, isDatabaseFile } from "./storage/local/library-files.ts";
import { LocalLibrary } from "./storage/local/local-library.ts";
import type { LocalLibraryOptions } from "./storage/local/local-library-options.ts";
import { type RestoreOptions, restore } from "./storage/local/restore.ts";
import { temporaryFolder } from "./storage/local/temporary-folder.ts";

export interface OpenOptions
  extends Pick<LocalLibraryOptions, "create" | "maintain" | "searchable" | "mendDatabase" | "onNotice" | "onProgress" | "onMigration"> {
  /** The number of embedding processes; by default the configuration's. One is enough to answer a query. */
  readonly workers?: number;
  /** Whether an error is thrown at once if the model's files are missing or damaged; otherwise only whatever needs the model fails. */
  readonly needsModel?: boolean;
  /** Whether this process serves requests. Whole indexes are then built in another process. */
  readonly answering?: boolean;
  /** Whether searches may use the configured reranker: within its budget, or without a limit, for measurements. */
  readonly reranking?: "within_budget" | "whole" | undefined;
}

/**
 * Opens the configured library with the model of its live generation, and with the reranker if requested. Throws what opening any of them
 * throws, and `model_mismatch` if the configuration names another model.
 */
export async function openEngine(config: Config, options: OpenOptions): Promise<Engine> {
  const { reranking, ...others } = options;
  const reranker = reranking === undefined || config.reranker === undefined ? undefined : await openReranker(config, config.reranker);
  try {
    return await openEngineWith(config, others, {
      reranker,
      rerankerBudgetMs: reranking === "whole" ? undefined : config.rerankerBudgetMs,
    });
  } catch (error) {
    await reranker?.close();
    throw error;
  }
}

async function openEngineWith(
  config: Config,
  options: Omit<OpenOptions, "reranking">,
  secondStage: Pick<EngineOptions, "reranker" | "rerankerBudgetMs">,
): Promise<Engine> {
  const { workers = config.workers, answering = false, needsModel = false, ...opening } = options;
  // Checked before a library is created for a model that does not exist.
  if ((needsModel || config.model !== undefined) && !hasLibrary(config))
    await readModelManifest(config.models, config.model ?? defaultModel);
  const buildApart: IndexApart = (task, how) =>
    indexApart(compiledModule("index-process"), { folder: config.data, recallTarget: config.recallTarget, ...task }, how, options.onNotice);
  const library = await openLibrary(config, {
    ...opening,
    answering,
    ...(answering && {
      indexApart: async (generation, signal) => {
        await buildApart({ generation, audited: false }, { signal });
      },
    }),
  });
  try {
    const live = await library.liveGeneration();
    const embedder = await openEmbedderOf(config, workers, live, needsModel);
    if (live !== undefined && !hasSameVectors(live, specOf(embedder))) {
      await embedder.close();
      throw otherModel(config, live, embedder);
    }
    return new Engine(library, embedder, {
      ...secondStage,
      ...(await engineOptionsOf(config, library, workers)),
      ...(answering && { indexApart: buildApart }),
    });
  } catch (error) {
    await library.close();
    throw error;
  }
}

/** The embedder of the live generation's model, or of the one that is named. If its files are missing or damaged, a stand-in unless it is needed. */
async function openEmbedderOf(config: Config, workers: number, live: Generation | undefined, needsModel: boolean): Promise<Embedder> {
  const model = config.model ?? live?.model ?? defaultModel;
  const truncation = model === live?.model ? live.truncation : undefined;
  const open = () => openEmbedder(config, workers, model, { truncation });
  try {
    return await open();
  } catch (error) {
    const fault = toAppError(error);
    const isOther = live !== undefined && live.model !== model;
    if (needsModel || isOther || !isModelFileFault(fault)) throw error;
    const manifest = await readModelManifest(config.models, model).catch(() => undefined);
    const description = manifest === undefined ? undescribed(model, live?.dimensions) : modelDescriptionSchema.parse(manifest);
    return new MissingModel({ description, truncation, concurrency: workers, fault, open });
  }
}

/** The options of an engine that follow from a configuration: how it opens models, verifies the library, and sends messages. */
async function engineOptionsOf(config: Config, library: Library, workers: number): Promise<EngineOptions> {
  return {
    trendingHalfLifeDays: config.trendingHalfLifeDays,
    publicUrl: config.publicUrl,
    openEmbedder: (model, truncation) => openEmbedder(config, workers, model, { truncation }),
    checkModel: (generation) => checkModel(config, generation),
    openForReindex: async ({ model, truncation, workers: wanted }) => {
      if (model !== undefined) await requireModel(config, model);
      return await openEmbedder(config, wanted ?? workers, model ?? config.model ?? (await library.liveGeneration())?.model, {
        truncation,
        isBackground: true,
      });
    },
    verifyApart: (signal) =>
      verifyApart(
        [compiledModule("cli/main"), "verify", "--json", "--data", config.data, "--models", config.models],
        signal,
        childEnvironment(config),
      ),
    mail: config.smtp === undefined ? undefined : (await import("./app-delivery.ts")).createTransports(config).mail,
    faultOfWebhook: async (address) => (await import("./app-delivery.ts")).faultOfWebhook(config, address),
    publicSubscriptions: config.publicSubscriptions,
  };
}

/** The error for a library whose vectors were not made by this embedder. */
function otherModel({ data }: Config, live: Generation, { model }: Embedder): AppError {
  const isSameName = live.model === model.id;
  const made = isSameName ? `${live.dimensions} dimensions and preparation ${live.preparation} of ${live.model}` : live.model;
  const named = isSameName ? `the model here has ${model.dimensions} and ${preparationVersion}` : `the configuration names ${model.id}`;
  return new AppError("model_mismatch", `The library in ${data} was embedded with ${made}, and ${named}.`, {
    mend: `Move the library with \`paperkin reindex --model ${model.id}\`, or name ${live.model} or no model (--model, PAPERKIN_MODEL, the settings file).`,
  });
}

/** Opens the configured library without a model. Throws what `LocalLibrary.open` does. */
export async function openLibrary(config: Config, options: Omit<LocalLibraryOptions, "folder">): Promise<Library> {
  return await LocalLibrary.open({ folder: config.data, recallTarget: config.recallTarget, ...options });
}

/** Whether the configured folder contains a library, in whatever state. Throws `file_unreadable` if that cannot be determined. */
export function hasLibrary(config: Config): boolean {
  return isThere(join(config.data, databaseName));
}

/** Copies the library to a {@link temporaryFolder} for a dry run; the copy is empty if there is no library. */
export function copyLibrary(config: Config): Config {
  const data = temporaryFolder("try");
  try {
    if (hasLibrary(config)) copyWithoutFiles(join(config.data, databaseName), join(data, databaseName));
    return { ...config, data };
  } catch (error) {
    throw ofTemporaryFolder(error, data);
  }
}

/** Writes the configured library to one file, while others use it. Throws `library_not_found`, `storage_full`, `file_unreadable`. */
export function backUpLibrary(
  config: Config,
  path: string,
  onProgress: NonNullable<RestoreOptions["onProgress"]>,
): Promise<BackupManifest & { sizeBytes: number }> {
  return backUp(config.data, path, { version, now: new Date(), onProgress });
}

/** Adds a copy of the configured library to a folder of copies, while others use it. Throws what `backUpLibrary` does. */
export function copyLibraryTo(config: Config, folder: string, options: Pick<CopyOptions, "keep" | "onProgress">): Promise<CopyReport> {
  return addCopy(config.data, folder, { version, now: new Date(), ...options });
}

/** Restores the configured library from a backup. Throws what `restore` does. */
export function restoreLibrary(config: Config, path: string, options: RestoreOptions): Promise<BackupManifest> {
  return restore(path, config.data, options);
}

/** Reads a backup, or the copies in a folder, just as restoring would. Throws what `checkBackups` does. */
export function checkBackup(path: string, { copy, onProgress }: Pick<RestoreOptions, "copy" | "onProgress">): Promise<CheckedBackup[]> {
  return checkBackups(path, copy, onProgress);
}

/** Checks whether the model of a generation can be used with it. Throws `model_not_found`, `model_damaged`, `model_mismatch`. */
export async function checkModel({ models }: Config, { id, model, dimensions, preparation }: Generation): Promise<void> {
  const manifest = await readModelManifest(models, model);
  await verifyModel(models, manifest);
  if (preparation === preparationVersion && manifest.dimensions === dimensions) return;
  throw new AppError(
    "model_mismatch",
    `Generation ${id} has ${dimensions} dimensions of ${model} (preparation ${preparation}); here ${model} has ${manifest.dimensions} (preparation ${preparationVersion}).`,
    { mend: `Embed the library again instead: \`paperkin reindex --model ${model}\`.` },
  );
}

/** Throws `model_unknown`, with the models that exist, for a model that does not. */
async function requireModel({ models }: Config, model: string): Promise<void> {
  const known = await listEmbeddingModels(models);
  if (known.includes(model)) return;
  const there = known.length === 0 ? "There is none" : `There are: ${known.join(", ")}`;
  throw new AppError("model_unknown", `There is no embedding model ${model} on this machine.`, {
    mend: `${there}. Get others with \`paperkin models pull\`.`,
  });
}

export interface EmbedderOptions {
  /** The number of tokens after which texts are truncated; undefined for the model's length. */
  readonly truncation?: number | undefined;
  /** Whether workers run at a lower priority than everything else on this machine. */
  readonly isBackground?: boolean;
}

/**
 * Opens a model in worker processes after verifying its files; by default the configured model. Throws `model_not_found`, `model_damaged`,
 * and `invalid_request` for a truncation beyond the model's length.
 */
export async function openEmbedder(
  config: Config,
  workers: number,
  model = config.model ?? defaultModel,
  { truncation, isBackground = false }: EmbedderOptions = {},
): Promise<Embedder> {
  const manifest = await readModelManifest(config.models, model);
  await verifyModel(config.models, manifest);
  const description = modelDescriptionSchema.parse(manifest);
  const { maxTokens } = description;
  if (truncation !== undefined && truncation > maxTokens)
    throw new AppError("invalid_request", `${model} reads at most ${maxTokens} tokens of a text, not ${truncation}.`);
  return new EmbeddingPool({
    modelsFolder: config.models,
    model: description,
    files: manifest.files,
    workers,
    workerModule: compiledModule("embedding/worker"),
    isBackground,
    // Truncation at the model's own length is not recorded.
    ...(truncation === undefined || truncation === maxTokens ? {} : { truncation }),
  });
}

/**
 * Opens a cross-encoder in its own process after verifying its files, and waits until it is ready. Throws `model_not_found`,
 * `model_damaged`, `invalid_config` for an embedding model, and `reranking_failed` for one that cannot be loaded.
 */
async function openReranker({ models }: Config, name: string): Promise<Reranker> {
  const manifest = await readRerankerManifest(models, name);
  await verifyModel(models, manifest);
  const { id, kind, weights, labels, maxTokens } = manifest;
  const reranker = new RerankProcess({
    modelsFolder: models,
    model: { id, kind, weights, labels, maxTokens },
    files: manifest.files,
    workerModule: compiledModule("embedding/rerank-worker"),
  });
  try {
    await reranker.ready();
    return reranker;
  } catch (error) {
    await reranker.close();
    throw error;
  }
}

/** The folder of the starter corpus, in the layout that `paperkin eval` reads. */
export const starterFolder = shippedFile("starter");

// Re-exports for commands, from rooms that only this file may import.
export { isDatabaseFile, listModels, openVectorFile, pullModel, pullReranker, readManifest, temporaryFolder, verifyModel, writeVectorFile };
