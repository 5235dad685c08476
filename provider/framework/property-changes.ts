/** Result of `diff`: changed properties, and their effect on the resource. */
import { isList, isMap, unknownValue, type PropertyValue } from "./property-value";

export interface PropertyChange {
  /** Path of the property, for example `config.batch.timeout` or `orderers[2]`. */
  path: string;
  kind: "add" | "delete" | "update";
  /** Whether the change replaces the resource. Default: false, it is an update. */
  replaces?: boolean;
  /** Whether the property is an output (a certificate that expires), not an input. Default: false. */
  isOutput?: boolean;
}

/**
 * Places where two inputs differ, down to the depth of their common shape. Values have no secret marks. A value that is
 * not known yet counts as changed.
 */
export function differences(
  before: PropertyValue | undefined,
  after: PropertyValue | undefined,
  path: string,
): PropertyChange[] {
  if (after === unknownValue) return [{ path, kind: before === undefined ? "add" : "update" }];
  if (before === undefined || after === undefined) {
    if (before === after) return [];
    return [{ path, kind: before === undefined ? "add" : "delete" }];
  }
  if (isList(before) && isList(after)) {
    const length = Math.max(before.length, after.length);
    const indices = Array.from({ length }, (_, index) => index);
    return indices.flatMap((index) => differences(before[index], after[index], `${path}[${index}]`));
  }
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], `${path}.${key}`));
  }
  return before === after ? [] : [{ path, kind: "update" }];
}

/** {@link differences} of the named properties. With `replaces` each of them replaces the resource. */
export function changesOf(
  before: object,
  after: object,
  properties: readonly string[],
  replaces = false,
): PropertyChange[] {
  const old = before as Record<string, PropertyValue>;
  const next = after as Record<string, PropertyValue>;
  return properties.flatMap((name) =>
    differences(old[name], next[name], name).map((change) => (replaces ? { ...change, replaces } : change)),
  );
}
