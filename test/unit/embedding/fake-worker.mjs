// A worker process without a model, in the protocol of src/embedding/messages.ts: what a text says decides what happens.
const vector = Float32Array.of(0.6, 0.8);

process.on("message", (message) => {
  if (message.kind === "load") {
    if (message.model.id === "fake/dies") process.exit(3);
    if (message.model.id === "fake/hangs") return;
    if (message.model.id === "fake/broken") process.send({ kind: "broken", reason: "there is nothing to load" });
    else process.send({ kind: "ready" });
    return;
  }
  const text = message.kind === "query" ? message.text : message.text.text;
  if (text.startsWith("poison")) process.exit(4);
  if (text.startsWith("forever")) return;
  if (text.startsWith("wrong")) process.send({ kind: "failed", id: message.id, reason: "these words cannot be embedded" });
  else process.send({ kind: "done", id: message.id, vector, sentences: undefined });
});
process.on("disconnect", () => process.exit(0));
