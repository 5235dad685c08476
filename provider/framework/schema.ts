/**
 * Validation of a resource's inputs: fills defaults, marks secrets, and reports every problem with its path.
 *
 * Values may be unknown in previews; an unknown passes every field and is checked when its value exists.
 */
import type { Problem } from "../../lib/problem";
import { isList, isMap, Secret, UNKNOWN, type PropertyMap, type PropertyValue } from "./property-value";

export type { Problem };

/** One kind of input. `T` is the plain type of a valid value. */
export interface Field<T> {
  /** Returns the value with defaults and secret marks; adds to `problems` what is wrong with it. */
  parse(value: PropertyValue | undefined, path: string, problems: Problem[]): PropertyValue | undefined;
  /** Never set; ties `T` to the field so that a schema that misses its interface does not compile. */
  readonly type?: T;
}

type Fields<T> = { [K in keyof T]-?: Field<T[K]> };

/** Says what is wrong with a value (the words follow its path), or nothing when it is right. */
export type Rule<T> = (value: T) => string | undefined;

/** A rule from one of the domain's checks. */
export function domainRule<T>(check: (value: T, path: string) => Problem[]): Rule<T> {
  return (value) => check(value, "")[0]?.message;
}

/** Text that is not empty. */
export function text(...rules: Rule<string>[]): Field<string> {
  return scalar("text that is not empty", (value) => typeof value === "string" && value !== "", rules);
}

/** Text that state keeps encrypted, also when the program forgot to mark it. */
export function secretText(...rules: Rule<string>[]): Field<string> {
  const plain = text(...rules);
  return {
    parse(value, path, problems) {
      const parsed = plain.parse(value, path, problems);
      return typeof parsed === "string" ? new Secret(parsed) : parsed;
    },
  };
}

export function integer(range: { min: number; max: number }): Field<number> {
  const expected = `a whole number from ${range.min} to ${range.max}`;
  const isRight = (value: PropertyValue): boolean =>
    Number.isInteger(value) && (value as number) >= range.min && (value as number) <= range.max;
  return scalar(expected, isRight, []);
}

export function flag(): Field<boolean> {
  return scalar("true or false", (value) => typeof value === "boolean", []);
}

export function oneOf<T extends string>(...allowed: T[]): Field<T> {
  const expected = `one of ${allowed.map((value) => `"${value}"`).join(", ")}`;
  return scalar(expected, (value) => (allowed as PropertyValue[]).includes(value), []);
}

/** A value of any shape, where the domain's own checks say what it must be. */
export function anything<T>(): Field<T> {
  return { parse: (value) => value };
}

export function optional<T>(field: Field<T>): Field<T | undefined> {
  return {
    parse: (value, path, problems) => (value === undefined ? undefined : field.parse(value, path, problems)),
  };
}

/** A field that is there after checking, whether given or not. */
export function withDefault<T extends PropertyValue>(field: Field<T>, value: T): Field<T> {
  return { parse: (given, path, problems) => (given === undefined ? value : field.parse(given, path, problems)) };
}

export function list<T>(item: Field<T>, limits: { min?: number } = {}): Field<T[]> {
  return {
    parse(value, path, problems) {
      return throughMarks(value, path, problems, "a list", (plain) => {
        if (!isList(plain)) return undefined;
        if (plain.length < (limits.min ?? 0)) {
          problems.push({ path, message: `has ${plain.length} entries; at least ${limits.min} needed` });
        }
        return plain.map((entry, index) => item.parse(entry, `${path}[${index}]`, problems) ?? null);
      });
    },
  };
}

/** An object with exactly these fields. */
export function object<T extends object>(fields: Fields<T>): Field<T> {
  return {
    parse(value, path, problems) {
      return throughMarks(value, path, problems, "an object", (plain) =>
        isMap(plain) ? parseFields(fields, plain, path, problems) : undefined,
      );
    },
  };
}

/** Checks a whole property bag. Paths in `problems` are relative to the bag. */
export function parseInputs(field: Field<object>, inputs: PropertyMap): { inputs: PropertyMap; problems: Problem[] } {
  const problems: Problem[] = [];
  const parsed = field.parse(inputs, "", problems);
  return { inputs: isMap(parsed) ? parsed : {}, problems };
}

/** Entries of a list that repeat an earlier one's key. */
export function duplicateProblems<T>(items: readonly T[], path: string, key: (item: T) => string): Problem[] {
  const keys = items.map(key);
  return keys.flatMap((value, index) =>
    keys.indexOf(value) < index
      ? [{ path: `${path}[${index}]`, message: `repeats ${value} of [${keys.indexOf(value)}]` }]
      : [],
  );
}

function parseFields(
  fields: Record<string, Field<unknown>>,
  value: PropertyMap,
  path: string,
  problems: Problem[],
): PropertyMap {
  const join = (key: string): string => (path === "" ? key : `${path}.${key}`);
  for (const key of Object.keys(value).filter((name) => !(name in fields) && !name.startsWith("__"))) {
    problems.push({ path: join(key), message: `is no property here; known are ${Object.keys(fields).join(", ")}` });
  }
  const parsed: PropertyMap = {};
  for (const [key, field] of Object.entries(fields)) {
    const result = field.parse(value[key], join(key), problems);
    if (result !== undefined) parsed[key] = result;
  }
  return parsed;
}

function scalar<T>(expected: string, isRight: (value: PropertyValue) => boolean, rules: Rule<T>[]): Field<T> {
  return {
    parse(value, path, problems) {
      return throughMarks(value, path, problems, expected, (plain) => {
        if (!isRight(plain)) return undefined;
        for (const rule of rules) {
          const message = rule(plain as T);
          if (message !== undefined) problems.push({ path, message });
        }
        return plain;
      });
    },
  };
}

/** Looks below a secret mark and puts it back; lets unknowns pass; reports what `read` does not accept. */
function throughMarks(
  value: PropertyValue | undefined,
  path: string,
  problems: Problem[],
  expected: string,
  read: (plain: PropertyValue) => PropertyValue | undefined,
  isSecret = false,
): PropertyValue | undefined {
  if (value === UNKNOWN) return value;
  if (value instanceof Secret) {
    const inner = throughMarks(value.value, path, problems, expected, read, true);
    return inner === undefined ? undefined : new Secret(inner);
  }
  if (value === undefined) {
    problems.push({ path, message: `is missing; ${expected} needed` });
    return undefined;
  }
  const result = read(value);
  if (result === undefined) problems.push({ path, message: `is ${describe(value, isSecret)}; ${expected} needed` });
  return result;
}

/** Longest text that a message repeats. */
const LONGEST_QUOTE = 60;

/** Names a wrong value without repeating long or secret content. */
function describe(value: PropertyValue, isSecret: boolean): string {
  if (value === "") return "empty text";
  if (typeof value === "string") {
    return isSecret || value.length > LONGEST_QUOTE ? `a text of ${value.length} characters` : `"${value}"`;
  }
  if (isList(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return isSecret ? `a ${typeof value}` : String(value);
}
