// A description of the machine that is measured.
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";

/**
 * Whether the processor has instructions for products of bytes, which determine the speed of a quantized model; undefined if that is not
 * known.
 */
export function hasByteProducts() {
  let text;
  try {
    text = readFileSync("/proc/cpuinfo", "utf8");
  } catch {
    return process.arch === "arm64" ? true : undefined;
  }
  return /\b(?:avx512_vnni|avx_vnni|asimddp)\b/.test(text);
}

export function describeMachine() {
  const products = hasByteProducts();
  return [
    `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${availableParallelism()} cores`,
    products === undefined ? "VNNI unknown" : products ? "with VNNI" : "without VNNI",
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `node ${process.version}`,
    new Date().toISOString().slice(0, 16).replace("T", " "),
    `load ${loadavg()[0].toFixed(1)} before`,
  ].join(" · ");
}
