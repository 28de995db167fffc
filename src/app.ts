/**
 * The one place that picks implementations and puts them together. What only some commands need stands beside it
 * (`app-server.ts`, `app-sources.ts`, `app-delivery.ts`): a search starts without reading the web pages' code.
 */
import { join } from "node:path";
import { compiledModule, shippedFile, version } from "./compiled.ts";
import { type Config, childEnvironment, defaultModel } from "./config.ts";
import { type Embedder, modelDescriptionSchema } from "./core/embedder.ts";
import { AppError, ofTemporaryFolder } from "./core/errors.ts";
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
import { EmbeddingPool } from "./embedding/pool.ts";
import { pullModel } from "./embedding/pull.ts";
import { pullReranker } from "./embedding/pull-reranker.ts";
import { RerankProcess } from "./embedding/rerank-process.ts";
import { openVectorFile, writeVectorFile } from "./embedding/vector-file.ts";
import { specOf } from "./engine/embed-backlog.ts";
import { Engine, type EngineOptions } from "./engine/engine.ts";
import { type IndexApart, indexApart } from "./engine/index-apart.ts";
import { verifyApart } from "./engine/verify-apart.ts";
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
  /** Embedding processes; the configuration's number unless given. One is enough to answer a question. */
  readonly workers?: number;
  /** Whether somebody waits for answers of this process: whole indexes are built in another one then. */
  readonly answering?: boolean;
  /** Whether searches may use the configured reranker: within its budget, or however long it takes, for measuring. */
  readonly reranking?: "within_budget" | "whole" | undefined;
}

/**
 * Opens the library of a configuration with the model of its live generation, and its reranker where that is asked for.
 * Throws what opening any of them throws, and `model_mismatch` where the configuration names another model.
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
  // Before a library is made for a model that is not there.
  if (config.model !== undefined) await readModelManifest(config.models, config.model);
  const { workers = config.workers, answering = false, ...opening } = options;
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
    const named = config.model ?? live?.model;
    const embedder = await openEmbedder(config, workers, named, named === live?.model ? { truncation: live?.truncation } : {});
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

/** What an engine is given of a configuration: how it opens models, checks the library and reaches others. */
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

/** The refusal of a library that the embedder's vectors do not belong to. */
function otherModel({ data }: Config, live: Generation, { model }: Embedder): AppError {
  const isSameName = live.model === model.id;
  const made = isSameName ? `${live.dimensions} dimensions and preparation ${live.preparation} of ${live.model}` : live.model;
  const named = isSameName ? `what is here has ${model.dimensions} and ${preparationVersion}` : `the configuration names ${model.id}`;
  return new AppError("model_mismatch", `The library in ${data} was embedded with ${made}, and ${named}.`, {
    mend: `Move the library with \`paperkin reindex --model ${model.id}\`, or name ${live.model} or no model (--model, PAPERKIN_MODEL, the file of settings).`,
  });
}

/** The library of a configuration without a model. Throws what opening it does. */
export async function openLibrary(config: Config, options: Omit<LocalLibraryOptions, "folder">): Promise<Library> {
  return await LocalLibrary.open({ folder: config.data, recallTarget: config.recallTarget, ...options });
}

/** Whether there is a library in the folder of a configuration, in whatever state. Throws `file_unreadable` where nobody can tell. */
export function hasLibrary(config: Config): boolean {
  return isThere(join(config.data, databaseName));
}

/** A copy of the library in a {@link temporaryFolder}, to try things on; empty where there is no library. */
export function copyLibrary(config: Config): Config {
  const data = temporaryFolder("try");
  try {
    if (hasLibrary(config)) copyWithoutFiles(join(config.data, databaseName), join(data, databaseName));
    return { ...config, data };
  } catch (error) {
    throw ofTemporaryFolder(error, data);
  }
}

/** Writes the library of a configuration to one file, while others use it. Throws `library_not_found`, `storage_full`, `file_unreadable`. */
export function backUpLibrary(
  config: Config,
  path: string,
  onProgress: NonNullable<RestoreOptions["onProgress"]>,
): Promise<BackupManifest & { sizeBytes: number }> {
  return backUp(config.data, path, { version, now: new Date(), onProgress });
}

/** Adds a copy of the library of a configuration to a folder of copies, while others use it. Throws as `backUpLibrary`. */
export function copyLibraryTo(config: Config, folder: string, options: Pick<CopyOptions, "keep" | "onProgress">): Promise<CopyReport> {
  return addCopy(config.data, folder, { version, now: new Date(), ...options });
}

/** Makes the library of a configuration from a backup. Throws what `restore` does. */
export function restoreLibrary(config: Config, path: string, options: RestoreOptions): Promise<BackupManifest> {
  return restore(path, config.data, options);
}

/** Reads a backup, or the copies in a folder, as restoring does. Throws what `checkBackups` does. */
export function checkBackup(path: string, { copy, onProgress }: Pick<RestoreOptions, "copy" | "onProgress">): Promise<CheckedBackup[]> {
  return checkBackups(path, copy, onProgress);
}

/** Throws `model_not_found`, `model_damaged`, `model_mismatch` where a library whose live generation this was could not be opened. */
export async function checkModel({ models }: Config, { id, model, dimensions, preparation }: Generation): Promise<void> {
  const manifest = await readModelManifest(models, model);
  await verifyModel(models, manifest);
  if (preparation === preparationVersion && manifest.dimensions === dimensions) return;
  throw new AppError(
    "model_mismatch",
    `Generation ${id} has ${dimensions} dimensions of ${model} (preparation ${preparation}); here ${model} has ${manifest.dimensions} (preparation ${preparationVersion}).`,
    { mend: `Embed the library anew instead: \`paperkin reindex --model ${model}\`.` },
  );
}

/** Throws `model_unknown` where whoever asks for a model could have named one that is there. */
async function requireModel({ models }: Config, model: string): Promise<void> {
  const known = await listEmbeddingModels(models);
  if (known.includes(model)) return;
  const there = known.length === 0 ? "There is none" : `There are: ${known.join(", ")}`;
  throw new AppError("model_unknown", `There is no embedding model ${model} on this machine.`, {
    mend: `${there}. Others are got with \`paperkin models pull\`.`,
  });
}

export interface EmbedderOptions {
  /** Tokens that are read of a text; the model's length where undefined. */
  readonly truncation?: number | undefined;
  /** Whether everything else on this machine goes first. */
  readonly isBackground?: boolean;
}

/**
 * A model in worker processes, its files verified; the configured one unless named. Throws `model_not_found`, `model_damaged`,
 * and `invalid_request` for more tokens than the model reads.
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
    throw new AppError("invalid_request", `${model} reads ${maxTokens} tokens of a text at most, not ${truncation}.`);
  return new EmbeddingPool({
    modelsFolder: config.models,
    model: description,
    files: manifest.files,
    workers,
    workerModule: compiledModule("embedding/worker"),
    isBackground,
    // The model's own length is no truncation.
    ...(truncation === undefined || truncation === maxTokens ? {} : { truncation }),
  });
}

/**
 * A cross-encoder in a process of its own, its files verified, and ready. Throws `model_not_found`, `model_damaged`,
 * `invalid_config` for an embedding model, and `reranking_failed` for one that cannot be loaded.
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

// What commands need of rooms that only this file may open.
export { isDatabaseFile, listModels, openVectorFile, pullModel, pullReranker, readManifest, temporaryFolder, verifyModel, writeVectorFile };
