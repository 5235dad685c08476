/**
 * Kinds of values, described as data, with their checks. A check fills in defaults, marks secrets, and reports every
 * problem with its path.
 *
 * Values may be unknown in previews. An unknown value passes every field, and is checked when it is known.
 */
import { problem, secretValue, type Fault, type Problem } from "../../lib/problem";
import { isList, isMap, Secret, unknownValue, type PropertyMap, type PropertyValue } from "./property-value";

export type { Problem };

/** Description of a kind of value, for the provider's schema. */
export type Shape =
  | { kind: "text" | "integer" | "flag" }
  | { kind: "choice"; type: TypeName; values: readonly string[] }
  | { kind: "list" | "map"; item: Field<unknown> }
  | { kind: "object"; type: TypeName; fields: Fields };

/** Name of a type that several properties may have. */
export interface TypeName {
  /** Type token, for example `ledger:fabric:NodeAddress`. */
  token: string;
  description: string;
}

/** Facts about a value other than its shape. */
export interface Facts {
  shape: Shape;
  /** Whether the value may be missing. Default: false. */
  isOptional?: boolean;
  /** Value in place of a missing one. Default: none. */
  default?: PropertyValue;
  /** Whether the state encrypts the value. Default: false. */
  isSecret?: boolean;
  /** Whether another value means another resource. Default: false. */
  isIdentity?: boolean;
}

/** Returns a value with defaults and secret marks; adds its faults to `problems`. */
type Parse = (value: PropertyValue | undefined, path: string, problems: Problem[]) => PropertyValue | undefined;

/** A kind of value. `T`: a valid value; `Given`: a value of a program, before defaults. */
export class Field<T, Given = T> {
  declare readonly type: T;
  declare readonly given: Given;

  constructor(
    readonly facts: Facts,
    readonly parse: Parse,
  ) {}

  /** The field as a property. The description gives meaning, unit and default, in sentences. */
  describe(description: string): Property<T, Given> {
    return new Property(this.facts, this.parse, description);
  }
}

/** A field with a description. */
export class Property<T, Given = T> extends Field<T, Given> {
  constructor(
    facts: Facts,
    parse: Parse,
    readonly description: string,
  ) {
    super(facts, parse);
  }

  /** Marks the property as identity: another value means another resource. */
  identity(): Property<T, Given> {
    return new Property({ ...this.facts, isIdentity: true }, this.parse, this.description);
  }
}

export type Fields = Record<string, Property<unknown>>;

type Flat<T> = { [K in keyof T]: T[K] };
type Bag<T> = Flat<
  { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
    [K in keyof T as undefined extends T[K] ? K : never]?: T[K];
  }
>;

/** Values after checking. */
export type Plain<F extends Fields> = Bag<{ [K in keyof F]: F[K]["type"] }>;

/** Values of a program. */
export type Given<F extends Fields> = Bag<{ [K in keyof F]: F[K] extends Property<unknown, infer G> ? G : never }>;

/** A further check of a value that has the right shape, mostly one of the domain's. */
export type Rule<T> = (value: T, path: string) => Problem[];

/** A rule about a form, for example that of a hash. The value is not shown: such texts are long or secret. */
export function formRule(must: string, isRight: (value: string) => boolean): Rule<string> {
  return (value, path) => (isRight(value) ? [] : [problem({ path, must })]);
}

/** Text that may be empty. */
export function anyText(): Field<string> {
  return scalar({ kind: "text" }, "text", (value) => typeof value === "string", []);
}

/** Text that is not empty. */
export function text(...rules: Rule<string>[]): Field<string> {
  return scalar(
    { kind: "text" },
    "text that is not empty",
    (value) => typeof value === "string" && value !== "",
    rules,
  );
}

/** Text that the state encrypts, even if the program did not mark it. */
export function secretText(...rules: Rule<string>[]): Field<string> {
  const { facts, parse } = text(...rules);
  return new Field({ ...facts, isSecret: true }, (value, path, problems) => {
    const parsed = parse(value, path, problems);
    return typeof parsed === "string" ? new Secret(parsed) : parsed;
  });
}

export function integer(range: { min: number; max: number }): Field<number> {
  const expected = `a whole number from ${range.min} to ${range.max}`;
  const isRight = (value: PropertyValue): boolean =>
    Number.isInteger(value) && (value as number) >= range.min && (value as number) <= range.max;
  return scalar({ kind: "integer" }, expected, isRight, []);
}

export function flag(): Field<boolean> {
  return scalar({ kind: "flag" }, "true or false", (value) => typeof value === "boolean", []);
}

export function oneOf<const T extends string>(type: TypeName, values: readonly T[]): Field<T> {
  const expected = `one of ${values.map((value) => `"${value}"`).join(", ")}`;
  const shape: Shape = { kind: "choice", type, values };
  return scalar(shape, expected, (value) => (values as readonly PropertyValue[]).includes(value), []);
}

export function optional<T, G>({ facts, parse }: Field<T, G>): Field<T | undefined, G | undefined> {
  return new Field({ ...facts, isOptional: true }, (value, path, problems) =>
    value === undefined ? undefined : parse(value, path, problems),
  );
}

/** A value that the state encrypts as a whole. For outputs: parts of inputs have marks of their own. */
export function secret<T, G>({ facts, parse }: Field<T, G>): Field<T, G> {
  return new Field({ ...facts, isSecret: true }, parse);
}

/** A field that is always present after the check. */
export function withDefault<T, G>({ facts, parse }: Field<T, G>, value: T & PropertyValue): Field<T, G | undefined> {
  return new Field({ ...facts, isOptional: true, default: value }, (given, path, problems) =>
    given === undefined ? value : parse(given, path, problems),
  );
}

export function list<T, G>(item: Field<T, G>, limits: { min?: number } = {}): Field<T[], G[]> {
  return new Field({ shape: { kind: "list", item } }, (value, path, problems) =>
    throughMarks(value, path, problems, "a list", (plain) => {
      if (!isList(plain)) return undefined;
      if (plain.length < (limits.min ?? 0)) {
        problems.push(problem({ path, must: `have ${limits.min} or more entries, not ${plain.length}` }));
      }
      return plain.map((entry, index) => item.parse(entry, `${path}[${index}]`, problems) ?? null);
    }),
  );
}

/** An object with any keys and values of one kind. */
export function map<T, G>(item: Field<T, G>): Field<Record<string, T>, Record<string, G>> {
  return new Field({ shape: { kind: "map", item } }, (value, path, problems) =>
    throughMarks(value, path, problems, "an object", (plain) => {
      if (!isMap(plain)) return undefined;
      const parsed = Object.entries(plain).map(([key, entry]) => [
        key,
        item.parse(entry, `${path}["${key}"]`, problems) ?? null,
      ]);
      return Object.fromEntries(parsed) as PropertyMap;
    }),
  );
}

/** An object with exactly these fields. */
export function object<F extends Fields>(type: TypeName, fields: F): Field<Plain<F>, Given<F>> {
  return new Field({ shape: { kind: "object", type, fields } }, (value, path, problems) =>
    throughMarks(value, path, problems, "an object", (plain) =>
      isMap(plain) ? parseFields(fields, plain, path, problems) : undefined,
    ),
  );
}

/** Checks a property bag. Paths in `problems` are relative to the bag. */
export function parseInputs(fields: Fields, inputs: PropertyMap): { inputs: PropertyMap; problems: Problem[] } {
  const problems: Problem[] = [];
  return { inputs: parseFields(fields, inputs, "", problems), problems };
}

/** Problems of list entries that repeat an earlier entry's key. */
export function duplicateProblems<T>(items: readonly T[], path: string, key: (item: T) => string): Problem[] {
  const keys = items.map(key);
  return keys.flatMap((value, index) =>
    keys.indexOf(value) < index
      ? [problem({ path: `${path}[${index}]`, given: value, must: `differ from that of [${keys.indexOf(value)}]` })]
      : [],
  );
}

function parseFields(fields: Fields, value: PropertyMap, path: string, problems: Problem[]): PropertyMap {
  const join = (key: string): string => (path === "" ? key : `${path}.${key}`);
  for (const key of Object.keys(value).filter((name) => !(name in fields) && !name.startsWith("__"))) {
    const hint = `Properties here are ${Object.keys(fields).join(", ")}`;
    problems.push(problem({ path: join(key), must: "be left out", hint }));
  }
  const parsed: PropertyMap = {};
  for (const [key, field] of Object.entries(fields)) {
    const result = field.parse(value[key], join(key), problems);
    if (result !== undefined) parsed[key] = result;
  }
  return parsed;
}

function scalar<T>(
  shape: Shape,
  expected: string,
  isRight: (value: PropertyValue) => boolean,
  rules: Rule<T>[],
): Field<T> {
  return new Field({ shape }, (value, path, problems) =>
    throughMarks(value, path, problems, expected, (plain, isSecret) => {
      if (!isRight(plain)) return undefined;
      const faults = rules.flatMap((rule) => rule(plain as T, path));
      problems.push(...(isSecret ? faults.map(withoutValue) : faults));
      return plain;
    }),
  );
}

/**
 * Checks the value below a secret mark and restores the mark. Unknown values pass; `problems` gets the faults that
 * `read` finds.
 */
function throughMarks(
  value: PropertyValue | undefined,
  path: string,
  problems: Problem[],
  expected: string,
  read: (plain: PropertyValue, isSecret: boolean) => PropertyValue | undefined,
  isSecret = false,
): PropertyValue | undefined {
  if (value === unknownValue) return value;
  if (value instanceof Secret) {
    const inner = throughMarks(value.value, path, problems, expected, read, true);
    return inner === undefined ? undefined : new Secret(inner);
  }
  if (value === undefined) {
    problems.push(problem({ path, given: undefined, must: `be ${expected}` }));
    return undefined;
  }
  const result = read(value, isSecret);
  if (result === undefined) problems.push(wrongKind(value, path, expected, isSecret));
  return result;
}

/** Problem of a value of another kind. Lists and objects are not shown, since secrets may be in them. */
function wrongKind(value: PropertyValue, path: string, expected: string, isSecret: boolean): Problem {
  const must = `be ${expected}`;
  if (isList(value)) return problem({ path, must: `${must}, not a list` });
  if (typeof value === "object" && value !== null) return problem({ path, must: `${must}, not an object` });
  return problem({ path, given: isSecret ? secretValue : value, must });
}

function withoutValue(fault: Fault): Problem {
  return problem("given" in fault ? { ...fault, given: secretValue } : fault);
}
