/** The JSON Schema of a section: what editors and readers get, and what is known of a value that is only partly right. */
import { z } from "zod";
import { isRecord } from "../../lib/values";

/** The part of JSON Schema that zod writes for our schemas. */
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

/** Every field optional at any depth: a value of which some parts could not be read. */
export type Loose<T> = T extends string | number | boolean | undefined
  ? T
  : T extends readonly (infer U)[]
    ? (Loose<U> | undefined)[]
    : T extends object
      ? { [K in keyof T]?: Loose<T[K]> }
      : T;

const written = new WeakMap<z.ZodType, JsonSchema>();

/** JSON Schema (draft 7) of what a schema reads. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...json } =
    written.get(schema) ?? (z.toJSONSchema(schema, { io: "input", target: "draft-7" }) as JsonSchema);
  written.set(schema, json);
  return json;
}

/** The key and value that tell a member of a union from the others. */
export function discriminator(schema: JsonSchema): [key: string, value: unknown] | [undefined, undefined] {
  const found = Object.entries(schema.properties ?? {}).find(([, field]) => field.const !== undefined);
  return found === undefined ? [undefined, undefined] : [found[0], found[1].const];
}

/** The member of a union that `value` belongs to. */
function memberOf(members: readonly JsonSchema[], value: unknown): JsonSchema | undefined {
  return members.find((member) => {
    const [key, tag] = discriminator(member);
    return key !== undefined && isRecord(value) && value[key] === tag;
  });
}

/** The schema of the place `path` below `schema`, as `value` takes it through unions. */
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

/** Keys that the place `path` takes, in the order of the schema; empty where no map belongs. */
export function keysAt(schema: JsonSchema, path: readonly PropertyKey[], value: unknown): string[] {
  return Object.keys(schemaAt(schema, path, value)?.properties ?? {});
}

/**
 * As much of `value` as has the right type, with the schema's defaults. Text of a wrong form and numbers out of range
 * stay (they are somebody's name for something), values of a wrong type become undefined. Positions in lists stay.
 */
export function loosen(schema: JsonSchema, value: unknown): unknown {
  const given = value === undefined ? schema.default : value;
  if (schema.oneOf !== undefined) {
    const member = memberOf(schema.oneOf, given);
    return member === undefined ? undefined : loosen(member, given);
  }
  // Unions without a discriminator are numbers that may stand as text, and are text from here on.
  if (schema.anyOf !== undefined) return typeof given === "number" ? String(given) : ofType("string", given);
  if (schema.type === "object") return loosenMap(schema, given);
  if (schema.type === "array") {
    const { items = {} } = schema;
    return Array.isArray(given) ? given.map((item: unknown) => loosen(items, item)) : undefined;
  }
  return ofType(schema.type === "integer" ? "number" : schema.type, given);
}

function loosenMap({ properties }: JsonSchema, value: unknown): unknown {
  if (!isRecord(value)) return undefined;
  if (properties === undefined) return value;
  return Object.fromEntries(Object.entries(properties).map(([key, field]) => [key, loosen(field, value[key])]));
}

function ofType(type: string | undefined, value: unknown): unknown {
  return typeof value === type ? value : undefined;
}

/** What is at `step` of a list or map. */
export function partOf(value: unknown, step: PropertyKey): unknown {
  if (Array.isArray(value)) return value[Number(step)] as unknown;
  return isRecord(value) ? value[String(step)] : undefined;
}
