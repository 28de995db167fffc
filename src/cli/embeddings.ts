/** `paperkin embeddings`: exports texts to embed, and imports their vectors from a machine that computes them faster. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { openEmbedder, openLibrary, openVectorFile, writeVectorFile } from "../app.ts";
import { yieldToOthers } from "../background.ts";
import { AppError } from "../core/errors.ts";
import { preparationVersion } from "../core/prepare.ts";
import { counted } from "../core/text.ts";
import { exportRows, importRows, type TransferReport, waitingTexts } from "../engine/generations/embedding-transfer.ts";
import { graphOf, reindexLimits } from "../engine/generations/reindex-request.ts";
import { configOf, examples, interruptible, isJson, wholeNumber } from "./context.ts";
import { note, print, printJson, withProgress } from "./output.ts";
import { checkWritable, writeWhole } from "./text-file.ts";

export function addEmbeddings(program: Command): void {
  const embeddings = program
    .command("embeddings")
    .description("the embeddings as files that other programs read and write")
    .addHelpText(
      "after",
      examples("embeddings export vectors.safetensors", "embeddings texts texts.jsonl", "embeddings import vectors.safetensors"),
    );

  addExport(embeddings);
  addTexts(embeddings);
  addImport(embeddings);
}

function addExport(embeddings: Command): void {
  embeddings
    .command("export")
    .description("write the embeddings of the papers, with their ids and hashes")
    .addHelpText("after", examples("embeddings export vectors.safetensors", "embeddings export vectors.npy --generation 1"))
    .argument("<file>", "a name ending in .npy (ids, hashes and a description go to files next to it) or .safetensors (all in one file)")
    .option("--generation <n>", "another generation than the live one", wholeNumber("--generation", 1, Number.MAX_SAFE_INTEGER))
    .action(exportEmbeddings);
}

async function exportEmbeddings(file: string, { generation: wanted }: { generation?: number }, command: Command): Promise<void> {
  const library = await openLibrary(configOf(command), { create: false, maintain: false, searchable: false, onNotice: note });
  try {
    const entries = await library.generations();
    const entry = entries.find(({ generation, state }) => (wanted === undefined ? state === "live" : generation.id === wanted));
    if (entry === undefined)
      throw new AppError("generation_not_found", wanted === undefined ? "Nothing is embedded yet." : `There is no generation ${wanted}.`);
    const { generation } = entry;
    const written = exportRows(
      library,
      generation,
      interruptible(() => undefined),
    );
    const rows = await writeVectorFile(resolve(file), generation, generation.dimensions, written);
    if (isJson(command)) printJson({ file: resolve(file), rows, generation });
    else print(`${file} holds ${counted(rows, "embedding")} of ${generation.model}.`);
  } finally {
    await library.close();
  }
}

function addTexts(embeddings: Command): void {
  embeddings
    .command("texts")
    .description("write the texts whose embeddings are missing, for a program that embeds them elsewhere, on a GPU for instance")
    .addHelpText("after", examples("embeddings texts texts.jsonl", "embeddings texts texts.jsonl --model Xenova/bge-small-en-v1.5"))
    .argument("<file>", "JSON Lines: paperId, contentHash and text, as the model is to read it")
    .addHelpText("after", "\n`paperkin embeddings import --help` describes what a file must contain to be imported.\n")
    .action(writeTexts);
}

async function writeTexts(path: string, _flags: unknown, command: Command): Promise<void> {
  await checkWritable([path]);
  const config = configOf(command);
  const library = await openLibrary(config, { create: false, maintain: false, searchable: false, onNotice: note });
  try {
    const embedder = await openEmbedder(config, 1, config.model ?? (await library.liveGeneration())?.model);
    try {
      const { id, pooling, maxTokens, dimensions } = embedder.model;
      let rows = 0;
      const lines = async function* () {
        const texts = waitingTexts(
          library,
          embedder,
          interruptible(() => undefined),
        );
        for await (const row of texts) {
          rows++;
          yield `${JSON.stringify(row)}\n`;
        }
      };
      await writeWhole(path, lines());
      if (isJson(command))
        printJson({ file: resolve(path), rows, model: id, preparation: preparationVersion, pooling, maxTokens, dimensions });
      else {
        print(`${path} holds ${counted(rows, "text")} for ${id}, preparation ${preparationVersion}.`);
        print(
          `It reads ${maxTokens} tokens of each, pools by ${pooling}, and gives ${dimensions} numbers, divided by the vector's length.`,
        );
      }
    } finally {
      await embedder.close();
    }
  } finally {
    await library.close();
  }
}

function addImport(embeddings: Command): void {
  embeddings
    .command("import")
    .description("import embeddings that were computed elsewhere, after checking some of them against ones computed here")
    .addHelpText("after", examples("embeddings import vectors.safetensors"))
    .argument("<file>", "as `export` writes it")
    .option("--m <n>", "as given to the reindex that is to use them", wholeNumber("--m", reindexLimits.M.least, reindexLimits.M.most))
    .option(
      "--ef-construction <n>",
      "as given to the reindex that is to use them",
      wholeNumber("--ef-construction", reindexLimits.efConstruction.least, reindexLimits.efConstruction.most),
    )
    .addHelpText(
      "after",
      `
Embeddings of the library's model are used at once; those of another one by the next \`paperkin reindex --model\`.

Other programs write either of
  NAME.safetensors  the tensors embeddings (F32, or F16, BF16, F64; rows × dimensions, each row of length 1), ids and
                    hashes (U8: the paperId and the contentHash of each row, as \`embeddings texts\` gives them, each with
                    a line feed behind it), and in the metadata model and preparation
  NAME.npy          the embeddings alone (<f4, or <f2, <f8; C order); beside it NAME.ids.txt, NAME.hashes.txt (a line a row), and
                    NAME.json with "model" and "preparation"
`,
    )
    .action(importEmbeddings);
}

async function importEmbeddings(
  path: string,
  { m, efConstruction }: { m?: number; efConstruction?: number },
  command: Command,
): Promise<void> {
  const config = configOf(command);
  yieldToOthers(0);
  const file = await openVectorFile(resolve(path));
  const library = await openLibrary(config, { create: false, maintain: false, searchable: false, onNotice: note });
  try {
    const embedder = await openEmbedder(config, config.workers, file.model, { truncation: file.truncation });
    try {
      const report = await withProgress(isJson(command), (progress) =>
        importRows(library, embedder, file, {
          graph: graphOf(m, efConstruction),
          onProgress: (what, done, total) => progress.show(what, done, total, "rows"),
        }),
      );
      if (isJson(command)) printJson(report);
      else tell(report);
      if (report.unknown + report.changed > 0) process.exitCode = 3;
    } finally {
      await embedder.close();
    }
  } finally {
    await library.close();
  }
}

function tell({ stored, known, unknown, changed, compared, leastCosine }: TransferReport): void {
  print(`${counted(stored, "embedding")} ${stored === 1 ? "was" : "were"} stored, ${known} ${known === 1 ? "was" : "were"} there already.`);
  if (unknown > 0)
    print(`${counted(unknown, "row")} ${unknown === 1 ? "is of a paper that is" : "are of papers that are"} not in the library.`);
  if (changed > 0) print(`${counted(changed, "row")} ${changed === 1 ? "is" : "are"} for a different text than the paper's.`);
  if (leastCosine !== undefined)
    print(
      `${counted(compared, "paper")} ${compared === 1 ? "was" : "were"} embedded here too: the lowest cosine is ${leastCosine.toFixed(4)}.`,
    );
}
