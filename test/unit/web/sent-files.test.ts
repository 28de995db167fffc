/** Files of a form as pieces of its one body, compared with what a browser's own reader makes of it. */
import { Hono } from "hono";
import { expect, it } from "vitest";
import { readLargeOnesInTurn } from "../../../src/http/body-limits.ts";
import { type SentBytes, sentFilesOf } from "../../../src/web/sent-files.ts";

async function read(body: string | Buffer, type?: string, more: Record<string, string> = {}): Promise<readonly SentBytes[]> {
  let files: readonly SentBytes[] = [];
  const app = new Hono();
  app.use(readLargeOnesInTurn);
  app.post("/", async (c) => {
    const sent = await sentFilesOf(c, "file");
    files = sent.files;
    // Whoever asks for the body has the same one.
    expect(await c.req.arrayBuffer()).toBe(await c.req.arrayBuffer());
    for (const { bytes } of files) expect(bytes.buffer).toBe(await c.req.arrayBuffer());
    return c.text("");
  });
  app.onError((error) => {
    throw error;
  });
  await app.request("http://localhost/", {
    method: "POST",
    body,
    headers: { ...(type === undefined ? {} : { "content-type": type }), ...more },
  });
  return files;
}

const large = Buffer.alloc(200_000, "\r\n--not the boundary\r\n\r\n");

it("reads the same names and bytes as the platform's parser, and holds them once", async () => {
  const form = new FormData();
  form.append("note", "no file");
  for (const [name, bytes] of [
    ['größe "quoted" %41;.bib', Buffer.from("@article{a}\r\n")],
    ["two\r\nlines.ris", Buffer.alloc(0)],
    ["large.bin", large],
    ["", Buffer.from("nothing was chosen")],
  ] as const)
    form.append("file", new File([new Uint8Array(bytes)], name));
  form.append("other", new File(["x"], "other.bib"));
  const sent = new Response(form);
  const type = sent.headers.get("content-type") ?? "";
  const body = Buffer.from(await sent.arrayBuffer());
  const parsed = await new Response(body, { headers: { "content-type": type } }).formData();
  const wanted = parsed.getAll("file").flatMap((file) => (typeof file === "string" || file.name === "" ? [] : [file]));
  for (const headers of [{}, { "content-length": String(body.length) }] as Record<string, string>[]) {
    const files = await read(body, type, headers);
    expect(files.map(({ name }) => name)).toEqual(wanted.map(({ name }) => name));
    for (const [at, { bytes }] of files.entries())
      expect(bytes.equals(Buffer.from((await wanted[at]?.arrayBuffer()) ?? new ArrayBuffer(1)))).toBe(true);
  }
});

it("reads forms of other programs: text before the first part, a quoted boundary, backslashes, other headers first", async () => {
  const body = [
    "for old readers",
    "--a b",
    "Content-Type: text/plain",
    'content-disposition: form-data; filename="a\\"b.bib"; name="file"',
    "",
    "one",
    "--a b--",
    "",
  ].join("\r\n");
  expect((await read(body, 'Multipart/Form-Data; charset=utf-8; boundary="a b"')).map(({ name, bytes }) => [name, String(bytes)])).toEqual([
    ['a"b.bib', "one"],
  ]);
  expect(await read("file=a", "application/x-www-form-urlencoded")).toEqual([]);
});

it("treats a line that begins like the boundary and continues as part of the file", async () => {
  const text = "one\r\n--xy\r\n--x \r-\r\ntwo";
  const body = `--x\r\ncontent-disposition: form-data; name="file"; filename="a.bib"\r\n\r\n${text}\r\n--x  \r\n\r\nother\r\n--x--`;
  expect((await read(body, "multipart/form-data; boundary=x")).map(({ bytes }) => String(bytes))).toEqual([text]);
});

const part = '--x\r\ncontent-disposition: form-data; name="file"; filename="a.bib"\r\n';
it.each([
  ["without a boundary", `${part}\r\none\r\n--x--\r\n`, "multipart/form-data"],
  ["without its boundary in it", `${part}\r\none\r\n--x--\r\n`, "multipart/form-data; boundary=y"],
  ["in a part that does not end", `${part}\r\none`, "multipart/form-data; boundary=x"],
  ["in headers that do not end", part, "multipart/form-data; boundary=x"],
  ["of another type", "one", "text/plain; boundary=x"],
])("refuses a form %s", async (_, body, type) => {
  await expect(read(body, type)).rejects.toMatchObject({ code: "invalid_request", message: "The form cannot be read to its end." });
});
