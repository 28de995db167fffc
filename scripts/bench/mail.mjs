// Mail through a real SMTP server that fails in every way, from processes that are killed: nobody gets a day's mail twice, and nobody is
// forgotten.
import { once } from "node:events";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { mulberry32 } from "../../dist/core/ranking/metrics.js";
import { HashingEmbedder } from "../../dist/embedding/hashing-embedder.js";
import { Engine } from "../../dist/engine/engine.js";
import { LocalLibrary } from "../../dist/storage/local/local-library.js";
import { start, textOf } from "./processes.mjs";

const days = 10;
const dayMs = 24 * 60 * 60 * 1000;
const begin = Date.parse("2026-03-02T07:00:00Z");
/** The percentage of connections without a kill that fail in each way. */
const faults = {
  refused: 3,
  "450 to the recipient": 4,
  "451 to the message": 3,
  "550 to the recipient": 1,
  dropped: 3,
  silent: 1,
  "dropped in DATA": 2,
  "dropped once taken": 2,
};
/** The moments at which a process is killed; the end of DATA has one before and one after the reply. */
const killSteps = ["connected", "recipient", "in DATA", "taken, before the answer", "taken, behind the answer"];
/** The sender's timeout for a reply. */
const silenceMs = 400;

export async function measureMail({ folder, deliveries, kills, progress }) {
  const random = mulberry32(Date.now());
  const people = Math.max(1, Math.round(deliveries / days));
  const path = join(folder, "mail");
  await prepare(path, people);
  const mails = new FaultyServer(random, Math.max(2, Math.floor((people * days) / kills)), kills);
  await mails.listen();
  let now = begin;
  for (let day = 0; day < days; day++) {
    now = begin + day * dayMs;
    // Until no delivery is pending: each round runs at the time of the next attempt.
    for (;;) {
      await deliverOnce(path, mails, now);
      const left = await readLibrary(path, (store) => store.deliveries({ states: ["pending", "sending"] }));
      if (left.length === 0) break;
      now = Math.max(now, Math.min(...left.map(({ nextTry }) => Date.parse(nextTry ?? new Date(now).toISOString()))));
    }
    progress(`day ${day + 1} of ${days}, ${mails.killed} killed`);
  }
  const all = await readLibrary(path, (store) => store.deliveries());
  await mails.close();
  return rowsOf(all, mails, people);
}

/** Runs a process until it ends or the server kills it. */
async function deliverOnce(path, mails, now) {
  const child = start("deliver", { folder: path, port: mails.port, now, silenceMs });
  mails.sender = child;
  const { code, signal } = await textOf(child);
  if (code !== 0 && signal !== "SIGKILL") throw new Error(`delivering ended with ${signal ?? `exit code ${code}`}`);
}

function rowsOf(all, { taken, killed, killedAt, wrong }, people) {
  const inState = (wanted) => all.filter(({ state }) => state === wanted);
  const count = (state) => inState(state).length;
  const twice = [...taken.values()].filter((times) => times > 1).length;
  const lost = all.filter(({ state, messageId }) => (state === "sent" || state === "empty") && !taken.has(messageId)).length;
  const missing = people * days - all.length + count("pending") + count("sending");
  const words = (counts) =>
    Object.entries(counts)
      .map(([what, times]) => `${what} ${times}`)
      .join(", ");
  return [
    {
      figure: "people who get a day's mail twice, or are forgotten",
      target: "0, 0",
      measured: `${twice}, ${lost + missing} (${count("sent")} sent, ${count("unknown")} shown as unknown, ${count("failed")} as failed)`,
      met: twice + lost + missing === 0,
      workload: `${people * days} deliveries, ${killed} kill -9 (${words(killedAt)}), faults: ${words(wrong)}`,
    },
    {
      figure: "  mails of unknown state that the server had accepted",
      target: "",
      measured: `${inState("unknown").filter(({ messageId }) => taken.has(messageId)).length} of ${count("unknown")}`,
      met: undefined,
      workload: "sending all of them again would send these twice",
    },
  ];
}

async function prepare(path, people) {
  const library = await LocalLibrary.open({ folder: path, create: true, maintain: true });
  const engine = new Engine(library, new HashingEmbedder(), { now: () => new Date(begin - dayMs / 2) });
  const wanted = { channel: "mail", kind: "trending", weekdays: [1, 2, 3, 4, 5, 6, 7], hour: 7, timeZone: "UTC", wantsEmpty: true };
  for (let at = 0; at < people; at++) await engine.digests.subscribe("me", { ...wanted, address: `reader${at}@example.org` }, true);
  await engine.close();
}

async function readLibrary(path, read) {
  const library = await LocalLibrary.open({ folder: path, create: false, maintain: false });
  try {
    return await read(library.delivery);
  } finally {
    await library.close();
  }
}

class FaultyServer {
  /** Message-ID → the number of times it was accepted. */
  taken = new Map();
  killed = 0;
  killedAt = {};
  wrong = {};
  connections = 0;
  /** The sending process. */
  sender = undefined;

  constructor(random, everyNth, mostKills) {
    this.server = new SMTPServer({
      logger: false,
      authOptional: true,
      disableReverseLookup: true,
      disabledCommands: ["STARTTLS"],
      closeTimeout: 100,
      onConnect: (session, done) => {
        this.connections++;
        const kills = this.connections % everyNth === 0 && this.killed < mostKills;
        session.plan = kills ? { kill: killSteps[this.killed % killSteps.length] } : { fault: drawFault(random) };
        if (session.plan.fault !== undefined) this.wrong[session.plan.fault] = (this.wrong[session.plan.fault] ?? 0) + 1;
        this.killAt(session, "connected");
        done(session.plan.fault === "refused" ? fault(421) : null);
      },
      onRcptTo: (_address, session, done) => {
        this.killAt(session, "recipient");
        const { fault: wrong } = session.plan;
        if (wrong === "dropped") this.drop();
        else done(wrong === "450 to the recipient" ? fault(450) : wrong === "550 to the recipient" ? fault(550) : null);
      },
      onData: (stream, session, done) => {
        const { fault: wrong } = session.plan;
        let text = "";
        stream.on("error", () => undefined);
        stream.on("data", (chunk) => {
          if (text === "") this.killAt(session, "in DATA");
          text += chunk;
          if (wrong === "dropped in DATA") this.drop();
        });
        stream.on("end", () => {
          if (wrong === "451 to the message") return done(fault(451));
          const [, id = "?"] = /^message-id: *(<[^>]*>)/im.exec(text) ?? [];
          this.taken.set(id, (this.taken.get(id) ?? 0) + 1);
          this.killAt(session, "taken, before the answer");
          if (wrong === "dropped once taken") return this.drop();
          if (wrong === "silent") return;
          done();
          this.killAt(session, "taken, behind the answer");
        });
      },
    });
    this.server.on("error", () => undefined);
  }

  async listen() {
    this.server.listen(0, "127.0.0.1");
    await once(this.server.server, "listening");
    this.port = this.server.server.address().port;
  }

  close() {
    return new Promise((resolve) => this.server.close(resolve));
  }

  killAt({ plan }, step) {
    if (plan.kill !== step) return;
    this.killed++;
    this.killedAt[step] = (this.killedAt[step] ?? 0) + 1;
    this.sender.kill("SIGKILL");
  }

  drop() {
    for (const connection of this.server.connections) connection._socket?.destroy();
  }
}

function drawFault(random) {
  let left = random() * 100;
  for (const [name, share] of Object.entries(faults)) {
    left -= share;
    if (left < 0) return name;
  }
  return undefined;
}

function fault(responseCode) {
  return Object.assign(new Error("not now"), { responseCode });
}
