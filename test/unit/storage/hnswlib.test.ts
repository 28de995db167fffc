/** Which build of hnswlib-node is used, and what its compilation does where it is impossible. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../../src/compiled.ts";
import { hnswlib, hnswlibPath } from "../../../src/storage/local/hnswlib.ts";
import { nativeBuild } from "../../../src/storage/local/native-build.ts";

// Wherever node_modules points.
const home = realpathSync(join(projectRoot, "node_modules/hnswlib-node/build"));

describe("the library of the vector index", () => {
  it("is the one compiled for this processor, if there is one", async () => {
    const native = join(home, "native/addon.node");
    const isNative = existsSync(native) && process.platform === "linux";
    expect(hnswlibPath).toBe(isNative ? native : join(home, "Release/addon.node"));
    expect(await nativeBuild()).toBe(isNative ? "avx" : "sse");
    expect(new hnswlib.HierarchicalNSW("ip", 8).getNumDimensions()).toBe(8);
  });

  it("requires no instruction that this processor lacks", () => {
    const list = join(home, "native/processor.json");
    if (!existsSync(list)) return;
    const wanted = JSON.parse(readFileSync(list, "utf8")) as string[];
    expect(wanted.length).toBeGreaterThan(0);
    expect(readFileSync("/proc/cpuinfo", "utf8").split(/\s+/)).toEqual(expect.arrayContaining(wanted));
  });

  it("is left unchanged, with a reason, if nothing can be compiled", () => {
    const { npm_config_node_gyp: _, ...env } = process.env;
    const { status, stdout } = spawnSync(process.execPath, [join(projectRoot, "scripts/native.mjs")], {
      env: { ...env, npm_config_node_gyp: "/nowhere/node-gyp.js" },
      encoding: "utf8",
    });
    expect(status).toBe(0);
    expect(stdout).toContain("The regular build of the vector index (hnswlib-node) is used");
  });
});
