/** Reads an OpenAPI document for the documentation page: only the parts that the page shows, ignoring everything else. */
import { z } from "zod";

const schemaSchema = z.record(z.string(), z.unknown());
type Schema = z.infer<typeof schemaSchema>;

const contentSchema = z.record(z.string(), z.object({ schema: schemaSchema.optional(), example: z.unknown().optional() }));
const operationSchema = z.object({
  summary: z.string().default(""),
  description: z.string().optional(),
  tags: z.array(z.string()).default([]),
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.string(),
        required: z.boolean().optional(),
        description: z.string().optional(),
        schema: schemaSchema.optional(),
      }),
    )
    .default([]),
  requestBody: z.object({ description: z.string().optional(), content: contentSchema }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string(), content: contentSchema.optional() })),
  security: z.array(z.record(z.string(), z.array(z.string()))).default([]),
});
const documentSchema = z.object({
  info: z.object({ title: z.string(), version: z.string(), description: z.string().default("") }),
  tags: z.array(z.object({ name: z.string(), description: z.string().default("") })).default([]),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.object({ schemas: z.record(z.string(), schemaSchema).default({}) }).default({ schemas: {} }),
});

export type Operation = z.infer<typeof operationSchema>;

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

export interface Field {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

export class ApiDescription {
  private readonly document: z.infer<typeof documentSchema>;

  constructor(document: unknown) {
    this.document = documentSchema.parse(document);
  }

  get version(): string {
    return this.document.info.version;
  }

  get description(): string {
    return this.document.info.description;
  }

  /** The routes by their first tag, in the order of the document's tags. */
  get groups(): { name: string; description: string; routes: Route[] }[] {
    const all = Object.entries(this.document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]): Route => ({ method: method.toUpperCase(), path, operation })),
    );
    return this.document.tags.map((tag) => ({ ...tag, routes: all.filter(({ operation }) => operation.tags[0] === tag.name) }));
  }

  /** The named schemas with their fields. */
  get schemas(): { name: string; fields: Field[] }[] {
    return Object.entries(this.document.components.schemas).map(([name, schema]) => ({ name, fields: this.fields(schema) }));
  }

  /** The properties of an object, or none for anything else. References are resolved. */
  fields(schema: Schema): Field[] {
    const resolved = this.resolve(schema);
    const parts = z.array(schemaSchema).safeParse(resolved.allOf);
    const inherited = parts.success ? parts.data.flatMap((part) => this.fields(part)) : [];
    const variants = z.array(schemaSchema).safeParse(resolved.oneOf ?? resolved.anyOf);
    if (variants.success) return merged(variants.data.map((variant) => this.fields(variant)));
    const properties = z.record(z.string(), schemaSchema).safeParse(resolved.properties);
    const required = new Set(z.array(z.string()).catch([]).parse(resolved.required));
    if (!properties.success) return inherited;
    const own = Object.entries(properties.data).map(([name, property]) => ({
      name,
      type: typeOf(property),
      required: required.has(name),
      description: typeof property.description === "string" ? property.description : "",
    }));
    return [...inherited, ...own];
  }

  private resolve(schema: Schema): Schema {
    const name = nameOfReference(schema);
    return name === undefined ? schema : (this.document.components.schemas[name] ?? {});
  }
}

/** The fields of alternatives: each once, required if it is in all of them, with the types that it has there. */
function merged(variants: readonly (readonly Field[])[]): Field[] {
  const all = variants.flat();
  return [...new Set(all.map(({ name }) => name))].map((name) => {
    const same = all.filter((field) => field.name === name);
    const [first] = same;
    return {
      name,
      type: [...new Set(same.map(({ type }) => type))].join(" or "),
      required: same.length === variants.length && same.every(({ required }) => required),
      description: first?.description ?? "",
    };
  });
}

/** The scope that a key needs for an operation; undefined if it needs no key. */
export function scopeOf({ security }: Operation): string | undefined {
  return security.flatMap((one) => Object.values(one).flat())[0];
}

/** The media types of a body, grouped by identical schemas. */
export function bodiesOf({ requestBody }: Operation): { types: string[]; schema: Schema | undefined }[] {
  const bodies = new Map<string, { types: string[]; schema: Schema | undefined }>();
  for (const [type, { schema }] of Object.entries(requestBody?.content ?? {})) {
    const key = JSON.stringify(schema);
    const known = bodies.get(key);
    if (known === undefined) bodies.set(key, { types: [type], schema });
    else known.types.push(type);
  }
  return [...bodies.values()];
}

/** `Paper`, for `{"$ref": "#/components/schemas/Paper"}`. */
export function nameOfReference(schema: Schema | undefined): string | undefined {
  return typeof schema?.$ref === "string" ? schema.$ref.split("/").at(-1) : undefined;
}

/** A type in words, with its bounds and its default: `Paper`, `list of Hit`, `whole number from 1 to 100; 10 by default`. */
export function typeOf(schema: Schema): string {
  const plain = typeof schema.default === "object" || schema.default === "" ? undefined : schema.default;
  return `${plainTypeOf(schema)}${boundsOf(schema)}${plain === undefined ? "" : `; ${String(plain)} by default`}`;
}

/** ` from 1 to 100`, `, at most 500`; empty for what has no bounds but those that any number in JSON has. */
function boundsOf({ minimum, maximum, maxItems }: Schema): string {
  if (typeof maxItems === "number") return `, at most ${maxItems}`;
  const least = typeof minimum === "number" && minimum > Number.MIN_SAFE_INTEGER ? ` from ${grouped(minimum)}` : "";
  const most = typeof maximum === "number" && maximum < Number.MAX_SAFE_INTEGER ? ` to ${grouped(maximum)}` : "";
  return least === "" && most !== "" ? ` up${most}` : `${least}${most}`;
}

/** `10,000`; but `9999`, which may be a year. */
function grouped(n: number): string {
  return Math.abs(n) < 10_000 ? String(n) : n.toLocaleString("en");
}

function plainTypeOf(schema: Schema): string {
  const reference = nameOfReference(schema);
  if (reference !== undefined) return reference;
  const items = schemaSchema.safeParse(schema.items);
  if (items.success) return `list of ${typeOf(items.data).replace(/^(?:string|number|whole number|object)$/, "$&s")}`;
  if (Array.isArray(schema.enum)) return schema.enum.length === 1 ? String(schema.enum[0]) : `one of ${schema.enum.join(", ")}`;
  for (const combination of [schema.anyOf, schema.oneOf, schema.allOf]) {
    const parts = z.array(schemaSchema).safeParse(combination);
    if (parts.success) return [...new Set(parts.data.map(typeOf))].join(" or ");
  }
  const type = Array.isArray(schema.type) ? schema.type.join(" or ") : schema.type;
  return type === "integer" ? "whole number" : typeof type === "string" ? type : "any";
}
