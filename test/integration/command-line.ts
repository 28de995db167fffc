/** Runs the built command line, with its output and exit code. */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compiledModule } from "../../src/compiled.ts";

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Personal settings of whoever runs the tests must not leak in. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PAPERKIN_")));

export function start(args: readonly string[], env: Record<string, string> = {}, output: "pipe" | number = "pipe"): ChildProcess {
  return spawn(process.execPath, [compiledModule("cli/main"), ...args], {
    env: { ...environment, ...env },
    stdio: ["pipe", output, "pipe"],
  });
}

/** What a command gets besides its arguments. */
interface Surroundings {
  readonly input?: string | Buffer;
  readonly env?: Record<string, string>;
}

/**
 * Runs a command in one process shared by all others of the test file, one after another: starting the program costs more than
 * most commands. It has finished when nothing is left that would keep a process of its own from exiting.
 */
export async function paperkin(args: readonly string[], { input = "", env = {} }: Surroundings = {}): Promise<Result> {
  const before = lastCommand;
  const result = before.then(async () => await runInProcess({ args, env, input }));
  lastCommand = result.catch(() => undefined);
  return await result;
}

let lastCommand: Promise<unknown> = Promise.resolve();
let commands: ChildProcess | undefined;

async function runInProcess(command: { args: readonly string[]; env: Record<string, string>; input: string | Buffer }): Promise<Result> {
  const child = await commandProcess();
  // Processes that a command starts write here.
  let errors = "";
  const listen = (chunk: Buffer) => {
    errors += chunk.toString("utf8");
  };
  child.stderr?.on("data", listen);
  try {
    return await new Promise<Result>((resolve, reject) => {
      const fail = (code: number | null) => reject(new Error(`${command.args.join(" ")} ended the process with ${code}: ${errors}`));
      child.once("exit", fail);
      child.once("message", (result: Result) => {
        child.removeListener("exit", fail);
        resolve({ ...result, stderr: result.stderr + errors });
      });
      child.send(command);
    });
  } finally {
    child.stderr?.removeListener("data", listen);
  }
}

async function commandProcess(): Promise<ChildProcess> {
  if (commands?.connected === true) return commands;
  commands = fork(fileURLToPath(new URL("commands-child.mjs", import.meta.url)), {
    env: environment,
    execArgv: [],
    stdio: ["ignore", "inherit", "pipe", "ipc"],
    serialization: "advanced",
  });
  await once(commands, "message");
  return commands;
}

/** Runs a command as people do: in its own process. */
export async function paperkinApart(args: readonly string[], options: Surroundings & { output?: string } = {}): Promise<Result> {
  const output = options.output === undefined ? undefined : openSync(options.output, "w");
  const child = start(args, options.env, output);
  if (output !== undefined) closeSync(output);
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(options.input ?? "");
  const [stdout, stderr, code] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise<number | null>((resolve) => child.on("close", resolve)),
  ]);
  return { code, stdout, stderr };
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = "";
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
}

/** The lines of `--json` output. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A server on a free port. */
export class Server {
  private static readonly running = new Set<Server>();

  private constructor(
    private readonly child: ChildProcess,
    readonly address: string,
    private readonly errors: () => string,
  ) {}

  /** What it has written to standard error so far. */
  get log(): string {
    return this.errors();
  }

  static async start(args: readonly string[], env: Record<string, string> = {}): Promise<Server> {
    const child = start(["serve", "--port", "0", ...args], {
      PAPERKIN_LOG_LEVEL: "error",
      ...env,
    });
    let output = "";
    let errors = "";
    child.stderr?.on("data", (chunk) => {
      errors += String(chunk);
    });
    const address = await new Promise<string>((resolve, reject) => {
      child.stdout?.on("data", (chunk) => {
        output += String(chunk);
        const found = /at (http:\/\/\S+)/.exec(output)?.[1];
        if (found !== undefined) resolve(found);
      });
      child.on("exit", (code) => reject(new Error(`the server ended with ${code}: ${errors}`)));
    });
    const server = new Server(child, address, () => errors);
    Server.running.add(server);
    return server;
  }

  async get(path: string, init?: RequestInit): Promise<Response> {
    return await fetch(this.address + path, init);
  }

  /** Its process id. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** For the end of a test file: a failed test leaves no server running. */
  static async stopAll(): Promise<void> {
    await Promise.all([...Server.running].map((server) => server.stop("SIGKILL")));
  }

  /** @returns the exit code. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    Server.running.delete(this);
    if (this.child.exitCode !== null) return this.child.exitCode;
    const ended = new Promise<number | null>((resolve) => this.child.on("exit", resolve));
    this.child.kill(signal);
    return await ended;
  }
}

export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "paperkin-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Retries until the answer is there; only the test's own time limit ends this. */
export async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
