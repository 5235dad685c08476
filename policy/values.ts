/** Access to properties of unchecked shape. */

/** Value at a path of keys and positions; undefined if the path ends early. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (found, key) =>
      typeof found === "object" && found !== null ? (found as Record<string | number, unknown>)[key] : undefined,
    value,
  );
}

/** Items of a list; none without a list. */
export function items(value: unknown, ...path: (string | number)[]): unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as unknown[]) : [];
}

/** Text at a path; empty without text. */
export function textAt(value: unknown, ...path: (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === "string" || typeof found === "number" ? String(found) : "";
}

/** Keys and texts of a map; none without a map. */
export function entries(value: unknown, ...path: (string | number)[]): [string, unknown][] {
  const found = at(value, ...path);
  return typeof found === "object" && found !== null ? Object.entries(found) : [];
}

/** Whether a value is `true` or `"true"`, which providers treat alike. */
export function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}
