/** JSON Schema of a section: for editors and readers, and for reading partly wrong values. */
import { z } from "zod";
import { isRecord } from "../../lib/values";

/** Part of JSON Schema that zod writes for our schemas. */
export interface JsonSchema {
  $schema?: string;
  type?: string;
  description?: string;
  default?: unknown;
  const?: string | number | boolean;
  enum?: unknown[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  additionalProperties?: boolean | JsonSchema;
  minimum?: number;
  maximum?: number;
}

/** `T` with every field optional at any depth: a value with unreadable parts. */
export type Loose<T> = T extends string | number | boolean | undefined
  ? T
  : T extends readonly (infer U)[]
    ? (Loose<U> | undefined)[]
    : T extends object
      ? { [K in keyof T]?: Loose<T[K]> }
      : T;

const written = new WeakMap<z.ZodType, JsonSchema>();

/** JSON Schema (draft 7) of a schema's input. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...json } =
    written.get(schema) ?? (z.toJSONSchema(schema, { io: "input", target: "draft-7" }) as JsonSchema);
  written.set(schema, json);
  return json;
}

/** Key and value that distinguish a member of a union. */
export function discriminator(schema: JsonSchema): [key: string, value: unknown] | [undefined, undefined] {
  const found = Object.entries(schema.properties ?? {}).find(([, field]) => field.const !== undefined);
  return found === undefined ? [undefined, undefined] : [found[0], found[1].const];
}

/** Member of a union for `value`. */
function memberOf(members: readonly JsonSchema[], value: unknown): JsonSchema | undefined {
  return members.find((member) => {
    const [key, tag] = discriminator(member);
    return key !== undefined && isRecord(value) && value[key] === tag;
  });
}

/** Schema at `path` below `schema`, following `value` through unions. */
function schemaAt(schema: JsonSchema, path: readonly PropertyKey[], value: unknown): JsonSchema | undefined {
  if (schema.oneOf !== undefined) {
    const member = memberOf(schema.oneOf, value);
    return member === undefined ? undefined : schemaAt(member, path, value);
  }
  const [step, ...rest] = path;
  if (step === undefined) return schema;
  const others = typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
  const next = typeof step === "number" ? schema.items : (schema.properties?.[String(step)] ?? others);
  return next === undefined ? undefined : schemaAt(next, rest, partOf(value, step));
}

/** Valid keys at `path`, in the order of the schema; empty where the schema has no map. */
export function keysAt(schema: JsonSchema, path: readonly PropertyKey[], value: unknown): string[] {
  return Object.keys(schemaAt(schema, path, value)?.properties ?? {});
}

/**
 * Parts of `value` with the right type, with the schema's defaults. Text of a wrong form stays, since it still names
 * something. Values of a wrong type, numbers out of range and choices that there are not become undefined: rules count up to
 * numbers, and look choices up. Positions in lists stay.
 */
export function loosen(schema: JsonSchema, value: unknown): unknown {
  const given = value === undefined ? schema.default : value;
  if (schema.oneOf !== undefined) {
    const member = memberOf(schema.oneOf, given);
    return member === undefined ? undefined : loosen(member, given);
  }
  // Unions without a discriminator are numbers that may be written as text; they become text.
  if (schema.anyOf !== undefined) return typeof given === "number" ? String(given) : ofType("string", given);
  if (schema.type === "object") return loosenMap(schema, given);
  if (schema.type === "array") {
    const { items = {} } = schema;
    return Array.isArray(given) ? given.map((item: unknown) => loosen(items, item)) : undefined;
  }
  const plain = ofType(schema.type === "integer" ? "number" : schema.type, given);
  return isAmong(schema, plain) ? plain : undefined;
}

function isAmong({ enum: choices, minimum = -Infinity, maximum = Infinity }: JsonSchema, value: unknown): boolean {
  if (choices !== undefined && !choices.includes(value)) return false;
  return typeof value !== "number" || (value >= minimum && value <= maximum);
}

function loosenMap({ properties }: JsonSchema, value: unknown): unknown {
  if (!isRecord(value)) return undefined;
  if (properties === undefined) return value;
  return Object.fromEntries(Object.entries(properties).map(([key, field]) => [key, loosen(field, value[key])]));
}

function ofType(type: string | undefined, value: unknown): unknown {
  return typeof value === type ? value : undefined;
}

/** Value at `step` of a list or map. */
export function partOf(value: unknown, step: PropertyKey): unknown {
  if (Array.isArray(value)) return value[Number(step)] as unknown;
  return isRecord(value) ? value[String(step)] : undefined;
}
