/** Reads a section by its schema: the problems of its shape, and the valid parts of its value. */
import type { z } from "zod";
import { nearest } from "../../ledger/nearest";
import { problem, type Problem } from "../../lib/problem";
import { jsonSchemaOf, keysAt, loosen, partOf, type JsonSchema, type Loose } from "./json-schema";
import { formatPath } from "./problem";

/** Result of reading a section by its schema. Without problems the value is complete. */
export interface Shaped<T> {
  value: Loose<T> | undefined;
  /** Wrong types, forms and ranges, unknown and missing keys. */
  problems: Problem[];
}

export function readShape<S extends z.ZodType>(section: string, schema: S, value: unknown): Shaped<z.infer<S>> {
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data as Loose<z.infer<S>>, problems: [] };
  const json = jsonSchemaOf(schema);
  return {
    value: loosen(json, value) as Loose<z.infer<S>> | undefined,
    problems: result.error.issues.flatMap((issue) => explain(section, json, value, issue)),
  };
}

function explain(section: string, schema: JsonSchema, value: unknown, issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path, value);
    return issue.keys.map((key) => unknownKey(formatPath([section, ...issue.path, key]), key, known));
  }
  const path = formatPath([section, ...issue.path]);
  // Messages never show a key. YAML may have read a key as a number, whose first digits a message would show.
  if (issue.path.at(-1) === "privateKey") return [problem({ path, must: `be ${issue.message}` })];
  return [problem({ path, given: issue.path.reduce(partOf, value), must: `be ${issue.message}` })];
}

/** Problem of a key that is not among the `known` ones. */
export function unknownKey(path: string, key: string, known: readonly string[]): Problem {
  const meant = nearest(key, known);
  const hint = meant === undefined ? undefined : `Did you mean "${meant}"?`;
  return problem({ path, must: `be left out, or one of the keys here: ${known.join(", ")}`, hint });
}
