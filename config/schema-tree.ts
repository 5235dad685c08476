/** Walks zod schemas: which keys a place takes, and what can be made of a value that is only partly right. */
import type { z } from "zod";

type Schema = z.core.$ZodType;

/** Every field optional at any depth: what cross-field checks read, so that one wrong value does not hide other errors. */
export type Loose<T> = T extends string | number | boolean | undefined
  ? T
  : T extends readonly (infer U)[]
    ? (Loose<U> | undefined)[]
    : T extends object
      ? { [K in keyof T]?: Loose<T[K]> }
      : T;

/** The schema below optional, default and transform. */
function unwrap(schema: Schema): z.core.$ZodTypes {
  const known = schema as z.core.$ZodTypes;
  switch (known._zod.def.type) {
    case "optional":
    case "default":
    case "prefault":
      return unwrap(known._zod.def.innerType);
    case "pipe":
      return unwrap(known._zod.def.in);
    default:
      return known;
  }
}

/** The member of a discriminated union that `value` belongs to. */
function member(union: z.core.$ZodDiscriminatedUnion | z.core.$ZodUnion, value: unknown): Schema | undefined {
  const def = union._zod.def as Partial<z.core.$ZodDiscriminatedUnionDef> & z.core.$ZodUnionDef;
  if (def.discriminator === undefined || !isMap(value)) return undefined;
  const tag = value[def.discriminator];
  return def.options.find((option) => option._zod.propValues?.[def.discriminator as string]?.has(tag as string));
}

/** The schema of the place `path` below `schema`, as `value` takes it through unions. */
export function schemaAt(schema: Schema, path: readonly PropertyKey[], value: unknown): Schema | undefined {
  const here = unwrap(schema);
  const def = here._zod.def;
  if (def.type === "union") {
    const chosen = member(here as z.core.$ZodUnion, value);
    return chosen === undefined ? undefined : schemaAt(chosen, path, value);
  }
  const [step, ...rest] = path;
  if (step === undefined) return here;
  if (def.type === "object") {
    const next = def.shape[step as string];
    return next === undefined ? undefined : schemaAt(next, rest, isMap(value) ? value[step as string] : undefined);
  }
  if (def.type === "array") {
    return schemaAt(def.element, rest, Array.isArray(value) ? value[step as number] : undefined);
  }
  return undefined;
}

/** Keys that the place `path` takes, in the order of the schema; empty where no map belongs. */
export function keysAt(schema: Schema, path: readonly PropertyKey[], value: unknown): string[] {
  const place = schemaAt(schema, path, value) as z.core.$ZodTypes | undefined;
  return place?._zod.def.type === "object" ? Object.keys(place._zod.def.shape) : [];
}

/**
 * As much of `value` as has the right type, with the schema's plain defaults. Text of a wrong form and numbers out
 * of range stay (they are somebody's name for something), values of a wrong type become undefined. Positions in lists stay.
 */
export function loosen(schema: Schema, value: unknown): unknown {
  const known = schema as z.core.$ZodTypes;
  const def = known._zod.def;
  switch (def.type) {
    case "default":
      return value === undefined ? def.defaultValue : loosen(def.innerType, value);
    case "prefault":
      return loosen(def.innerType, value === undefined ? def.defaultValue : value);
    case "optional":
      return value === undefined ? undefined : loosen(def.innerType, value);
    case "pipe":
      return loosen(def.in, value);
    case "object":
      return isMap(value)
        ? Object.fromEntries(Object.entries(def.shape).map(([key, field]) => [key, loosen(field, value[key])]))
        : undefined;
    case "array":
      return Array.isArray(value) ? value.map((item: unknown) => loosen(def.element, item)) : undefined;
    case "union":
      return loosenUnion(known as z.core.$ZodUnion, value);
    case "record":
      return isMap(value) ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "number":
      return typeof value === "number" ? value : undefined;
    default:
      return typeof value === "string" ? value : undefined;
  }
}

function loosenUnion(union: z.core.$ZodUnion, value: unknown): unknown {
  if (!isMap(value)) return typeof value === "number" ? String(value) : typeof value === "string" ? value : undefined;
  const chosen = member(union, value);
  return chosen === undefined ? undefined : loosen(chosen, value);
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
