/** Downloading a model's files from a hub. */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fetchFile } from "../../../src/embedding/model-files.ts";
import { pullModel } from "../../../src/embedding/pull.ts";
import { makeTemporaryFolder } from "../../contract/temporary-folder.ts";

let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
let server: Server;
/** How the hub answers a request. */
let hub: Parameters<typeof createServer>[1];

beforeEach(async () => {
  folder = await makeTemporaryFolder();
  server = createServer((request, response) => hub?.(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await folder.remove();
});

const get = (signal?: AbortSignal, onProgress?: (file: string, done: number, total: number) => void) => {
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = {
    id: "invented/model",
    modelsFolder: folder.path,
    hub: address,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  };
  return fetchFile(options, "config.json", folder.path);
};

describe("a model's file", () => {
  it.skipIf(!existsSync("/sys/kernel"))(
    "is not downloaded into a folder that this user may not write to, which is reported (skipped without /sys)",
    async () => {
      const from = folder.path;
      await writeFile(join(from, "config.json"), "{}");
      // Where not even the superuser can create folders.
      await expect(
        pullModel({ id: "invented/model", modelsFolder: "/sys/kernel", hub: "http://127.0.0.1:1", from, pooling: "mean" }),
      ).rejects.toMatchObject({
        code: "storage_failed",
        message: expect.stringContaining("no permission to write to the models folder /sys/kernel"),
        mend: expect.stringContaining("--models"),
      });
    },
  );

  it("replaces the previous one even if a killed pull has left that aside", async () => {
    const from = join(folder.path, "from");
    await mkdir(join(from, "onnx"), { recursive: true });
    for (const name of ["tokenizer.json", "tokenizer_config.json", "onnx/model_quantized.onnx"]) await writeFile(join(from, name), "{}");
    await writeFile(join(from, "config.json"), '{"hidden_size": 8}');
    const modelsFolder = join(folder.path, "models");
    const pull = () => pullModel({ id: "invented/model", modelsFolder, hub: "http://127.0.0.1:1", from, pooling: "mean" });
    await pull();
    // In a container the next process has the same process id.
    const left = join(modelsFolder, "invented", `model.${process.pid}.old`);
    await mkdir(left);
    await writeFile(join(left, "config.json"), "{}");
    expect(await pull()).toMatchObject({ id: "invented/model", dimensions: 8 });
    expect(await readdir(join(modelsFolder, "invented"))).toEqual(["model"]);
  });

  it("is downloaded from the hub, with progress", async () => {
    const asked: string[] = [];
    hub = (request, response) => {
      asked.push(request.url ?? "");
      response.end("x".repeat(100_000));
    };
    const progress: number[] = [];
    await get(undefined, (_, done) => progress.push(done));
    expect(asked).toEqual(["/invented/model/resolve/main/config.json"]);
    expect((await readFile(join(folder.path, "config.json"), "utf8")).length).toBe(100_000);
    expect(progress.at(-1)).toBe(100_000);
  });

  it.each([
    ["is not there", 404, "the hub answers 404", (response: { end: () => void }) => response.end()],
    [
      "is cut short",
      200,
      "terminated",
      (response: { write: (text: string) => void; destroy: () => void }) => {
        response.write("half");
        setTimeout(() => response.destroy(), 50);
      },
    ],
  ] as const)("that %s is a failed download", async (_, status, reason, answer) => {
    hub = (__, response) => {
      response.writeHead(status, { "content-length": "1000" });
      answer(response);
    };
    await expect(get()).rejects.toMatchObject({ code: "download_failed", message: expect.stringContaining(reason) });
  });

  it("that cannot be written is a failed download, even before its first byte has arrived", async () => {
    await mkdir(join(folder.path, "config.json"));
    hub = (_, response) => void setTimeout(() => response.end("late"), 100);
    await expect(get()).rejects.toMatchObject({ code: "download_failed", message: expect.stringContaining("EISDIR") });
  });

  it("is complete even if a hub compresses what it sends, which it is asked not to", async () => {
    let accepted: string | undefined;
    hub = (request, response) => {
      accepted = request.headers["accept-encoding"];
      const bytes = gzipSync("x".repeat(10_000));
      response.writeHead(200, { "content-encoding": "gzip", "content-length": String(bytes.length) });
      response.end(bytes);
    };
    await get();
    expect((await readFile(join(folder.path, "config.json"), "utf8")).length).toBe(10_000);
    expect(accepted).toBe("identity");
  });

  it("is abandoned when it is cancelled", async () => {
    const stopping = new AbortController();
    hub = (_, response) => {
      response.write("some");
      setTimeout(() => stopping.abort(), 50);
    };
    await expect(get(stopping.signal)).rejects.toMatchObject({ code: "cancelled" });
  });
});

describe("the id of a model", () => {
  it.each(["owner/..", "../owner", "../..", "./owner", "owner/.", ".hidden/name"])(
    "%s leads nowhere: the models folder stays unchanged",
    async (id) => {
      const models = join(folder.path, "models");
      await mkdir(join(models, "owner", "other"), { recursive: true });
      const pulling = pullModel({ id, modelsFolder: models, hub: "http://127.0.0.1:1", from: folder.path, pooling: "mean" });
      await expect(pulling).rejects.toMatchObject({ code: "invalid_request", message: expect.stringContaining("owner/name") });
      expect(await readdir(join(models, "owner"))).toEqual(["other"]);
    },
  );
});
