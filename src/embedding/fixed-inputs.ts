/** Replaces inputs of a network by constants, so that ONNX Runtime computes everything that depends on them alone at load time. */
import protobuf from "protobufjs/minimal.js";

/** Field numbers in ONNX (`onnx.proto3`, from IR version 4), and the type code of 64-bit integers. */
const graphOfModel = 7;
const initializerOfGraph = 5;
const inputOfGraph = 11;
const nameOfInput = 1;
const tensor = { dims: 1, dataType: 2, name: 8, rawData: 9 };
const int64 = 7;

interface Field {
  readonly number: number;
  /** The payload of a length-delimited field (a string or a message); undefined for other fields. */
  readonly content: Uint8Array | undefined;
  /** The encoded field, including its tag and length. */
  readonly whole: Uint8Array;
}

/**
 * Returns the network with each named input, of shape `batch × tokens`, replaced by a constant. Names that are not inputs are ignored.
 * @param network the bytes of an ONNX file.
 * @throws RangeError, or an Error of protobufjs, if they are not valid.
 */
export function fixInputs(network: Uint8Array, values: Readonly<Record<string, bigint>>): Uint8Array {
  return rewritten(network, (field) => {
    if (field.number !== graphOfModel || field.content === undefined) return field.whole;
    const found: string[] = [];
    const graph = rewritten(field.content, (part) => {
      const name = part.number === inputOfGraph ? nameOf(part) : undefined;
      if (name === undefined || values[name] === undefined) return part.whole;
      found.push(name);
      return undefined;
    });
    const constants = found.map((name) => lengthDelimited(initializerOfGraph, oneNumber(name, values[name] ?? 0n)));
    return lengthDelimited(graphOfModel, Buffer.concat([graph, ...constants]));
  });
}

/** @param rewrite returns a field's replacement; undefined removes the field. */
function rewritten(message: Uint8Array, rewrite: (field: Field) => Uint8Array | undefined): Uint8Array {
  return Buffer.concat([...fieldsOf(message)].flatMap((field) => rewrite(field) ?? []));
}

function* fieldsOf(message: Uint8Array): Generator<Field> {
  const reader = protobuf.Reader.create(message);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    let content: Uint8Array | undefined;
    if ((tag & 7) === 2) content = reader.bytes();
    else reader.skipType(tag & 7);
    yield { number: tag >>> 3, content, whole: message.subarray(start, reader.pos) };
  }
}

function nameOf({ content }: Field): string | undefined {
  if (content === undefined) return undefined;
  for (const field of fieldsOf(content))
    if (field.number === nameOfInput && field.content !== undefined) return Buffer.from(field.content).toString("utf8");
  return undefined;
}

/** A tensor of shape 1 × 1, which is broadcast to the shape that is needed. */
function oneNumber(name: string, value: bigint): Uint8Array {
  const raw = Buffer.alloc(8);
  raw.writeBigInt64LE(value);
  return protobuf.Writer.create()
    .uint32(tensor.dims << 3)
    .int64(1)
    .uint32(tensor.dims << 3)
    .int64(1)
    .uint32(tensor.dataType << 3)
    .int32(int64)
    .uint32((tensor.name << 3) | 2)
    .string(name)
    .uint32((tensor.rawData << 3) | 2)
    .bytes(raw)
    .finish();
}

function lengthDelimited(number: number, content: Uint8Array): Uint8Array {
  return protobuf.Writer.create()
    .uint32((number << 3) | 2)
    .bytes(content)
    .finish();
}
