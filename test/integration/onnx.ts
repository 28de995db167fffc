/** Writes small ONNX networks: only as much of the format as tests need (onnx.proto3; the numbers are its field numbers). */

export interface Node {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Whole numbers by name, such as `axis`. */
  readonly attributes?: Readonly<Record<string, number>>;
}

/** Element types. */
export const [float32, int64] = [1, 7];

export interface Network {
  readonly nodes: readonly Node[];
  /** Constants: integers, or float32 numbers where stated. */
  readonly constants: Readonly<Record<string, { readonly values: readonly number[]; readonly shape: readonly number[]; type?: number }>>;
  /** Each has a batch of any size and a sequence of any length. */
  readonly inputs: readonly string[];
  readonly output: string;
}

export function onnxOf({ nodes, constants, inputs, output }: Network): Uint8Array {
  const graph = message(
    ...nodes.map((node) => nested(1, nodeOf(node))),
    text(2, "network"),
    ...Object.entries(constants).map(([name, constant]) => nested(5, tensorOf(name, constant))),
    ...inputs.map((name) => nested(11, describeValue(name, int64))),
    nested(12, describeValue(output, float32)),
  );
  return message(number(1, 8), text(2, "paperkin tests"), nested(7, graph), nested(8, message(text(1, ""), number(2, 13))));
}

function nodeOf({ type, inputs, output, attributes = {} }: Node): Uint8Array {
  return message(
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(4, type),
    ...Object.entries(attributes).map(([name, value]) => nested(5, message(text(1, name), number(3, value), number(20, 2)))),
  );
}

function tensorOf(name: string, { values, shape, type = int64 }: Network["constants"][string]): Uint8Array {
  const raw = new DataView(new ArrayBuffer(values.length * (type === int64 ? 8 : 4)));
  values.forEach((value, at) => {
    if (type === int64) raw.setBigInt64(8 * at, BigInt(value), true);
    else raw.setFloat32(4 * at, value, true);
  });
  return message(...shape.map((size) => number(1, size)), number(2, type), text(8, name), nested(9, new Uint8Array(raw.buffer)));
}

function describeValue(name: string, type: number): Uint8Array {
  const shape = message(...["batch", `length of ${name}`].map((size) => nested(1, text(2, size))));
  return message(text(1, name), nested(2, nested(1, message(number(1, type), nested(2, shape)))));
}

function message(...fields: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(fields.flatMap((field) => [...field]));
}

function number(field: number, value: number): Uint8Array {
  return message(varint(field * 8), varint(value));
}

function nested(field: number, bytes: Uint8Array): Uint8Array {
  return message(varint(field * 8 + 2), varint(bytes.length), bytes);
}

function text(field: number, value: string): Uint8Array {
  return nested(field, new TextEncoder().encode(value));
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
