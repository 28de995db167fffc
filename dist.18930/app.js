/**
 * The one place that picks implementations and puts them together. What only some commands need stands beside it
 * (`app-server.ts`, `app-sources.ts`, `app-delivery.ts`): a search starts without reading the web pages' code.
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compiledModule, version } from "./compiled.js";
import { defaultModel } from "./config.js";
import { modelDescriptionSchema } from "./core/embedder.js";
import { AppError, toWritingError } from "./core/errors.js";
import { hasSameVectors } from "./core/generation.js";
import { preparationVersion } from "./core/prepare.js";
import { listEmbeddingModels, listModels, readManifest, readModelManifest, readRerankerManifest, verifyModel, } from "./embedding/manifest.js";
import { EmbeddingPool } from "./embedding/pool.js";
import { pullModel } from "./embedding/pull.js";
import { pullReranker } from "./embedding/pull-reranker.js";
import { RerankProcess } from "./embedding/rerank-process.js";
import { openVectorFile, writeVectorFile } from "./embedding/vector-file.js";
import { specOf } from "./engine/embed-backlog.js";
import { Engine } from "./engine/engine.js";
import { indexApart } from "./engine/index-apart.js";
import { verifyApart } from "./engine/verify-apart.js";
import { backUp } from "./storage/local/backup.js";
import { addCopy } from "./storage/local/copies.js";
import { copyDatabase, databaseName } from "./storage/local/database.js";
import { LocalLibrary } from "./storage/local/local-library.js";
import { restore } from "./storage/local/restore.js";
/**
 * Opens the library of a configuration with the model of its live generation, and its reranker where that is asked for.
 * Throws what opening any of them throws, and `model_mismatch` where the configuration names another model.
 */
export async function openEngine(config, options) {
    const { reranking, ...others } = options;
    const reranker = reranking === undefined || config.reranker === undefined ? undefined : await openReranker(config, config.reranker);
    try {
        return await openEngineWith(config, others, {
            reranker,
            rerankerBudgetMs: reranking === "whole" ? undefined : config.rerankerBudgetMs,
        });
    }
    catch (error) {
        await reranker?.close();
        throw error;
    }
}
async function openEngineWith(config, options, secondStage) {
    // Before a library is made for a model that is not there.
    if (config.model !== undefined)
        await readModelManifest(config.models, config.model);
    const { workers = config.workers, answering = false, ...opening } = options;
    const buildApart = (task, how) => indexApart(compiledModule("index-process"), { folder: config.data, recallTarget: config.recallTarget, ...task }, how, options.onNotice);
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
            const made = live.model === embedder.model.id
                ? `${live.dimensions} dimensions and preparation ${live.preparation} of ${live.model}`
                : live.model;
            throw new AppError("model_mismatch", `The library in ${config.data} was embedded with ${made}, and ${live.model === embedder.model.id
                ? `what is here has ${embedder.model.dimensions} and ${preparationVersion}`
                : `the configuration names ${embedder.model.id}`}.`, {
                mend: `Move the library with \`paperkin reindex --model ${embedder.model.id}\`, or name ${live.model} or no model (--model, PAPERKIN_MODEL, the file of settings).`,
            });
        }
        return new Engine(library, embedder, {
            ...secondStage,
            trendingHalfLifeDays: config.trendingHalfLifeDays,
            publicUrl: config.publicUrl,
            openEmbedder: (model, truncation) => openEmbedder(config, workers, model, { truncation }),
            checkModel: (generation) => checkModel(config, generation),
            openForReindex: async ({ model, truncation, workers: wanted }) => {
                if (model !== undefined)
                    await requireModel(config, model);
                return await openEmbedder(config, wanted ?? workers, model ?? config.model ?? (await library.liveGeneration())?.model, {
                    truncation,
                    isBackground: true,
                });
            },
            ...(answering && { indexApart: buildApart }),
            verifyApart: (signal) => verifyApart([compiledModule("cli/main"), "verify", "--json", "--data", config.data, "--models", config.models], signal),
            mail: config.smtp === undefined ? undefined : (await import("./app-delivery.js")).createTransports(config).mail,
            faultOfWebhook: async (address) => (await import("./app-delivery.js")).faultOfWebhook(config, address),
            publicSubscriptions: config.publicSubscriptions,
        });
    }
    catch (error) {
        await library.close();
        throw error;
    }
}
/** The library of a configuration without a model. Throws what opening it does. */
export async function openLibrary(config, options) {
    return await LocalLibrary.open({ folder: config.data, recallTarget: config.recallTarget, ...options });
}
/** A copy of the library in a temporary folder, to try things on; empty where there is no library. */
export async function copyLibrary(config) {
    const data = await mkdtemp(join(tmpdir(), "paperkin-try-"));
    const remove = () => rm(data, { recursive: true, force: true });
    try {
        if (existsSync(join(config.data, databaseName)))
            copyDatabase(join(config.data, databaseName), join(data, databaseName));
        return { config: { ...config, data }, remove };
    }
    catch (error) {
        await remove();
        throw toWritingError(error, data);
    }
}
/** Writes the library of a configuration to one file, while others use it. Throws `library_not_found`, `storage_full`, `file_unreadable`. */
export function backUpLibrary(config, path, onProgress) {
    return backUp(config.data, path, { version, now: new Date(), onProgress });
}
/** Adds a copy of the library of a configuration to a folder of copies, while others use it. Throws as `backUpLibrary`. */
export function copyLibraryTo(config, folder, options) {
    return addCopy(config.data, folder, { version, now: new Date(), ...options });
}
/** Makes the library of a configuration from a backup. Throws what `restore` does. */
export function restoreLibrary(config, path, options) {
    return restore(path, config.data, options);
}
/** Throws `model_not_found`, `model_damaged`, `model_mismatch` where a library whose live generation this was could not be opened. */
export async function checkModel({ models }, { id, model, dimensions, preparation }) {
    const manifest = await readModelManifest(models, model);
    await verifyModel(models, manifest);
    if (preparation === preparationVersion && manifest.dimensions === dimensions)
        return;
    throw new AppError("model_mismatch", `Generation ${id} has ${dimensions} dimensions of ${model} (preparation ${preparation}); here ${model} has ${manifest.dimensions} (preparation ${preparationVersion}).`, { mend: `Embed the library anew instead: \`paperkin reindex --model ${model}\`.` });
}
/** Throws `model_unknown` where whoever asks for a model could have named one that is there. */
async function requireModel({ models }, model) {
    const known = await listEmbeddingModels(models);
    if (known.includes(model))
        return;
    const there = known.length === 0 ? "There is none" : `There are: ${known.join(", ")}`;
    throw new AppError("model_unknown", `There is no embedding model ${model} on this machine.`, {
        mend: `${there}. Others are got with \`paperkin models pull\`.`,
    });
}
/**
 * A model in worker processes, its files verified; the configured one unless named. Throws `model_not_found`, `model_damaged`,
 * and `invalid_request` for more tokens than the model reads.
 */
export async function openEmbedder(config, workers, model = config.model ?? defaultModel, { truncation, isBackground = false } = {}) {
    const manifest = await readModelManifest(config.models, model);
    await verifyModel(config.models, manifest);
    const description = modelDescriptionSchema.parse(manifest);
    const { maxTokens } = description;
    if (truncation !== undefined && truncation > maxTokens)
        throw new AppError("invalid_request", `${model} reads ${maxTokens} tokens of a text at most, not ${truncation}.`);
    return new EmbeddingPool({
        modelsFolder: config.models,
        model: description,
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
async function openReranker({ models }, name) {
    const manifest = await readRerankerManifest(models, name);
    await verifyModel(models, manifest);
    const { id, kind, weights, labels, maxTokens } = manifest;
    const reranker = new RerankProcess({
        modelsFolder: models,
        model: { id, kind, weights, labels, maxTokens },
        workerModule: compiledModule("embedding/rerank-worker"),
    });
    try {
        await reranker.ready();
        return reranker;
    }
    catch (error) {
        await reranker.close();
        throw error;
    }
}
/** The folder of the starter corpus, in the layout that `paperkin eval` reads. */
export const starterFolder = join(compiledModule("starter").replace(/\.js$/, ""));
// What commands need of rooms that only this file may open.
export { listModels, openVectorFile, pullModel, pullReranker, readManifest, verifyModel, writeVectorFile };
//# sourceMappingURL=app.js.map