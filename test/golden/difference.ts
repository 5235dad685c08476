/**
 * Difference of two values, without loss: `applyDifference` restores the value from the base.
 *
 * - Of maps: the keys that differ. A removed key is `[none]`.
 * - Of lists and of texts, line by line: `at 3` is the third element now, `at 3..5` the elements in place of three,
 *   `after 3` inserted elements.
 * - Anything else: the value itself. A value with the form of one of these is written as `{ "=": value }`, also a map
 *   in place of something else. A difference of differences is therefore a difference, too.
 */

export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
export type Fields = Record<string, Value>;

const noValue = "[none]";
const wholeKey = "=";

/** `undefined` when the values are equal. */
export function difference(base: Value, value: Value): Value | undefined {
  if (isEqual(base, value)) return undefined;
  if (isFields(base) && isFields(value) && !(wholeKey in base) && !(wholeKey in value)) {
    return fieldsDifference(base, value);
  }
  if (Array.isArray(base) && Array.isArray(value)) return shorter(listDifference(base, value), value);
  if (isText(base) && isText(value)) return shorter(listDifference(base.split("\n"), value.split("\n")), value);
  return isFields(value) ? { [wholeKey]: value } : asAdded(value);
}

/** Value that differs from `base` by this change. */
export function applyDifference(base: Value, change: Value | undefined): Value {
  if (change === undefined) return base;
  if (!isFields(change)) return change;
  if (wholeKey in change) return change[wholeKey];
  if (isFields(base)) return applyToFields(base, change);
  if (Array.isArray(base)) return applyToList(base, change);
  return (applyToList((base as string).split("\n"), change) as string[]).join("\n");
}

function asAdded(value: Value): Value {
  return value === noValue || (isFields(value) && wholeKey in value) ? { [wholeKey]: value } : value;
}

function fromAdded(change: Value): Value {
  return isFields(change) && wholeKey in change ? change[wholeKey] : change;
}

export function isFields(value: Value | undefined): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isText(value: Value | undefined): value is string {
  return typeof value === "string" && value.includes("\n");
}

export function isEqual(one: Value | undefined, other: Value | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function fieldsDifference(base: Fields, value: Fields): Fields {
  const gone = Object.keys(base).filter((key) => !(key in value));
  const changed = Object.entries(value).flatMap(([key, field]) => {
    const former = base[key];
    const change = former === undefined ? asAdded(field) : difference(former, field);
    return change === undefined ? [] : [[key, change] as const];
  });
  return Object.fromEntries([...changed, ...gone.map((key) => [key, noValue] as const)]);
}

function applyToFields(base: Fields, change: Fields): Fields {
  const changed = Object.entries(change).map(([key, field]) => {
    const former = base[key];
    return [key, former === undefined ? fromAdded(field) : applyDifference(former, field)] as const;
  });
  const all = Object.entries({ ...base, ...Object.fromEntries(changed) });
  return Object.fromEntries(all.filter(([key]) => change[key] !== noValue));
}

function listDifference(base: readonly Value[], value: readonly Value[]): Fields {
  const change: Fields = {};
  for (const { from, to, items } of hunks(base, value)) {
    if (items.length === to - from) {
      items.forEach((item, at) => {
        const element = difference(base[from + at] as Value, item);
        if (element !== undefined) change[`at ${from + at + 1}`] = element;
      });
    } else change[from === to ? `after ${from}` : `at ${from + 1}..${to}`] = items;
  }
  return change;
}

function applyToList(base: readonly Value[], change: Fields): Value[] {
  const list: Value[] = [];
  let next = 0;
  for (const { from, to, change: part, isOne } of placesOf(change)) {
    list.push(...base.slice(next, from));
    list.push(...(isOne ? [applyDifference(base[from] as Value, part)] : (part as Value[])));
    next = to;
  }
  return [...list, ...base.slice(next)];
}

/** Ranges of a change in order, each as its first element and the element after its last. */
function placesOf(change: Fields): { from: number; to: number; change: Value; isOne: boolean }[] {
  const places = Object.entries(change).map(([place, part]) => {
    const [word, numbers = ""] = place.split(" ");
    const [first = 0, last = first] = numbers.split("..").map(Number);
    const from = word === "after" ? first : first - 1;
    return { from, to: last, change: part, isOne: word === "at" && !numbers.includes("..") };
  });
  return places.sort((one, other) => one.from - other.from);
}

interface Hunk {
  /** First replaced element of the base, and the element after the last. */
  from: number;
  to: number;
  items: Value[];
}

/** Different parts, by a longest common subsequence. */
function hunks(base: readonly Value[], value: readonly Value[]): Hunk[] {
  const [old, now] = [base.map((item) => JSON.stringify(item)), value.map((item) => JSON.stringify(item))];
  // lengths[i][j]: common length of old from i on and now from j on.
  const lengths = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  const common = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      const row = lengths[i] as number[];
      row[j] = old[i] === now[j] ? common(i + 1, j + 1) + 1 : Math.max(common(i + 1, j), common(i, j + 1));
    }
  }
  const found: Hunk[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && old[i] === now[j]) {
      i++;
      j++;
      continue;
    }
    const [from, first] = [i, j];
    while ((i < old.length || j < now.length) && !(i < old.length && old[i] === now[j])) {
      if (j >= now.length || (i < old.length && common(i + 1, j) >= common(i, j + 1))) i++;
      else j++;
    }
    found.push({ from, to: i, items: value.slice(first, j) });
  }
  return found;
}

/** The shorter form: a list with hardly any common element reads better in full. */
function shorter(change: Fields, whole: Value): Value {
  return JSON.stringify(change).length < JSON.stringify(whole).length ? change : whole;
}
