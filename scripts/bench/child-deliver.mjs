// Sends what is due in a library at a given time; may be killed at any moment.
import { SmtpTransport } from "../../dist/delivery/smtp.js";
import { HashingEmbedder } from "../../dist/embedding/hashing-embedder.js";
import { Engine } from "../../dist/engine/engine.js";
import { LocalLibrary } from "../../dist/storage/local/local-library.js";

const { folder, port, now, silenceMs } = JSON.parse(process.argv[2]);
const library = await LocalLibrary.open({ folder, create: false, maintain: false });
const engine = new Engine(library, new HashingEmbedder(), { now: () => new Date(now), publicUrl: "https://papers.example" });
const mail = new SmtpTransport({ host: "127.0.0.1", port, from: "papers@example.org", tls: "none" }, { connectMs: 5_000, silenceMs });
await engine.digests.deliverDue({ transports: { mail } });
await engine.close();
