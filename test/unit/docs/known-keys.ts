import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isRecord } from "../../../lib/values";
import { projectRoot } from "../../../tools/paths";

/** A JSON Schema, as far as keys go. */
interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
}

const whole = JSON.parse(
  readFileSync(join(projectRoot, "stacks", "blockchain-clusters.schema.json"), "utf8"),
) as Schema;

/** Choices of a schema, itself among them. */
function choicesOf(schema: Schema): Schema[] {
  return [schema, ...[schema.oneOf, schema.anyOf, schema.allOf].flatMap((some) => some ?? []).flatMap(choicesOf)];
}

/** A schema and all parts of it. */
function partsOf(schema: Schema): Schema[] {
  const inside = [
    ...Object.values(schema.properties ?? {}),
    ...(isRecord(schema.additionalProperties) ? [schema.additionalProperties] : []),
    ...(schema.items === undefined ? [] : [schema.items]),
    ...[schema.oneOf, schema.anyOf, schema.allOf].flatMap((some) => some ?? []),
  ];
  return [schema, ...inside.flatMap(partsOf)];
}

const parts = partsOf(whole).filter(({ properties }) => properties !== undefined);

/** First key that a schema does not know; undefined for a value that it knows. */
function unknownKey(value: unknown, schemas: readonly Schema[], path: string): string | undefined {
  if (Array.isArray(value)) {
    const items = schemas.flatMap(({ items: each }) => (each === undefined ? [] : choicesOf(each)));
    return items.length === 0 ? undefined : firstOf(value.map((item) => unknownKey(item, items, path)));
  }
  if (!isRecord(value) || schemas.every(({ properties }) => properties === undefined)) return undefined;
  return firstOf(
    Object.entries(value).map(([key, part]) => {
      const next = schemas.flatMap(({ properties = {}, additionalProperties }) => [
        ...(key in properties ? [properties[key]!] : []),
        ...(isRecord(additionalProperties) ? [additionalProperties as Schema] : []),
      ]);
      const at = path === "" ? key : `${path}.${key}`;
      return next.length === 0 ? at : unknownKey(part, next.flatMap(choicesOf), at);
    }),
  );
}

function firstOf(found: readonly (string | undefined)[]): string | undefined {
  return found.find((each) => each !== undefined);
}

/**
 * Reason why a piece of YAML is no part of a stack file; undefined for one that is. It may be of any place in the file.
 */
export function whyUnknown(piece: object): string | undefined {
  const keys = Object.keys(piece);
  const places = parts.filter(({ properties = {} }) => keys.every((key) => key in properties));
  if (places.length === 0) return `no place of a stack file has the keys ${keys.join(", ")}`;
  const unknown = places.map((place) => unknownKey(piece, [place], ""));
  return unknown.includes(undefined) ? undefined : `no place of a stack file has the key ${unknown[0]}`;
}
