/** JSON values, and their comparison. */

import { isRecord } from "../../lib/values";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A copy with the keys of every object in ascending order. */
export function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, sortKeys(part)]));
}

/** Whether two values are equal, apart from the order of keys. */
export function isSameJson(a: Json | undefined, b: Json | undefined): boolean {
  const text = (value: Json | undefined) => (value === undefined ? undefined : JSON.stringify(sortKeys(value)));
  return text(a) === text(b);
}
