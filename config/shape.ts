/** Turns zod's issues into problems of the stack file. */
import type { z } from "zod";
import { nearest } from "../ledger/nearest";
import type { Problem } from "../ledger/problem";
import { formatPath, given, type Path } from "./problem";
import { isMap, keysAt } from "./schema-tree";

/** Problems of one section's shape: types, forms, ranges, unknown and missing keys. */
export function shapeProblems(section: string, schema: z.ZodType, value: unknown): Problem[] {
  const result = schema.safeParse(value);
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => explain(section, schema, value, issue));
}

function explain(section: string, schema: z.ZodType, value: unknown, issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path, value);
    return issue.keys.map((key) => ({
      path: formatPath([section, ...issue.path, key]),
      message: unknownKey(key, known),
    }));
  }
  const path = formatPath([section, ...issue.path]);
  // A key is not shown, and of one that YAML took for a number the first digits would be.
  if (issue.path.at(-1) === "privateKey") return [{ path, message: `must be ${issue.message}` }];
  return [{ path, message: given(valueAt(value, issue.path), issue.message) }];
}

/** What to say about a key nobody knows. */
export function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  const hint = meant === undefined ? "" : `did you mean "${meant}"? `;
  return `unknown key; ${hint}Keys here: ${known.join(", ")}`;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, step) => {
    if (Array.isArray(at)) return at[Number(step)] as unknown;
    return isMap(at) ? at[String(step)] : undefined;
  }, value);
}
