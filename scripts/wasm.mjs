// Compiles src/core/dot-table.wat into a module that is imported like any other. See `--help`.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import wabt from "wabt";

const help = `node scripts/wasm.mjs [--check]

  --check  says whether src/core/dot-table-code.ts is what src/core/dot-table.wat says, and changes nothing
  --help
`;

let options;
try {
  options = parseArgs({ options: { check: { type: "boolean", default: false }, help: { type: "boolean", default: false } } }).values;
} catch (error) {
  console.error(`wasm: ${error.message}`);
  process.exit(2);
}
if (options.help) {
  console.log(help);
  process.exit(0);
}

const core = fileURLToPath(new URL("../src/core/", import.meta.url));
const text = readFileSync(join(core, "dot-table.wat"), "utf8");
const module = (await wabt()).parseWat("dot-table.wat", text, { simd: true });
const code = Buffer.from(module.toBinary({}).buffer).toString("base64");
module.destroy();
const written = `/** WebAssembly, as base64: made by \`node scripts/wasm.mjs\` of dot-table.wat, which is to be read and changed in its place. */
export const dotTableCode =
  "${code}";
`;
const target = join(core, "dot-table-code.ts");
if (!options.check) writeFileSync(target, written);
else if (readFileSync(target, "utf8") !== written) {
  console.error("src/core/dot-table-code.ts does not match src/core/dot-table.wat: run `node scripts/wasm.mjs`.");
  process.exit(1);
}
