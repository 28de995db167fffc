/** `verify` in a process of its own: it reads everything there is, and whoever searches must not wait for that. */
import { spawn } from "node:child_process";
import { yieldToOthers } from "../background.js";
import { AppError } from "../core/errors.js";
/** What is kept of the words of a program that fails. */
const longestReason = 2_000;
/**
 * @param args of Node: the module of the command line, and a `verify --json` for it. Throws `cancelled`, `internal`.
 */
export async function verifyApart(args, signal) {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], signal, killSignal: "SIGKILL" });
    let [output, errors] = ["", ""];
    // Characters of several bytes may arrive in two pieces.
    child.stdout.setEncoding("utf8").on("data", (text) => {
        output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
        errors = (errors + text).slice(-longestReason);
    });
    yieldToOthers(child.pid);
    await new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("close", () => resolve());
    }).catch((cause) => {
        throw signal.aborted ? new AppError("cancelled", "Checking was cancelled.") : cause;
    });
    const findings = output
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line));
    // It ends with 1 where it finds damage, and then says which.
    if (findings.length === 0)
        throw new AppError("internal", `The library could not be checked: ${errors.trim()}`);
    return findings;
}
//# sourceMappingURL=verify-apart.js.map