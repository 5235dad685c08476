/** Things of one kind by example: the first is written in full, others by their difference from it. */
import { applyDifference, difference, isFields, type Fields, type Value } from "./difference";

/** A thing by the example of another. */
interface ByExample {
  /** Name of the example, which is written in full. */
  like: string;
  /** Words of the example's name, with the words in their place. */
  with?: Record<string, string>;
  but?: Value;
}

/** `things` by `kind name`; things without a similar one stay in full. */
export function byExample(things: Fields): Fields {
  const shown: Fields = {};
  const examples: string[] = [];
  for (const [key, thing] of Object.entries(things)) {
    const [kind, name] = split(key);
    const candidates = examples.flatMap((example) => {
      const [otherKind, like] = split(example);
      return otherKind === kind ? [describe(like, name, things[example] as Value, thing)] : [];
    });
    const [best] = candidates.sort((one, other) => size(one) - size(other));
    if (best === undefined || size(best) > size(thing) / 2) examples.push(key);
    shown[key] = best === undefined || size(best) > size(thing) / 2 ? thing : { ...best };
  }
  return shown;
}

/** Inverse of `byExample`. */
export function withoutExamples(shown: Fields): Fields {
  return Object.fromEntries(
    Object.entries(shown).map(([key, thing]) => {
      if (!isByExample(thing)) return [key, thing];
      const example = shown[`${split(key)[0]} ${thing.like}`] as Value;
      return [key, applyDifference(withWords(example, thing.with), thing.but)];
    }),
  );
}

function describe(like: string, name: string, example: Value, thing: Value): ByExample & Fields {
  const words = otherWords(like, name);
  const but = difference(withWords(example, words), thing);
  return { like, ...(words === undefined ? {} : { with: words }), ...(but === undefined ? {} : { but }) };
}

function isByExample(thing: Value): thing is Fields & ByExample {
  return isFields(thing) && typeof thing.like === "string";
}

function split(key: string): [kind: string, name: string] {
  const [kind = "", name = ""] = key.split(" ");
  return [kind, name];
}

function size(value: Value): number {
  return JSON.stringify(value).length;
}

/**
 * Words in which names differ: `org1: org2` for `net-org1-peer0` and `net-org2-peer0`. None for names that differ by a
 * bare number.
 */
function otherWords(name: string, other: string): Record<string, string> | undefined {
  const [words, others] = [name.split("-"), other.split("-")];
  const pairs = words.flatMap((word, at) => (word === others[at] ? [] : [[word, others[at] ?? ""] as const]));
  const isUseful = words.length === others.length && pairs.every(([word]) => /^[a-z]/.test(word));
  return isUseful && pairs.length > 0 ? Object.fromEntries(pairs) : undefined;
}

/** Replaces words, in keys as well, and with a capital letter as in `Org1MSP`. */
function withWords(value: Value, words: Record<string, string> = {}): Value {
  const pairs = Object.entries(words).flatMap(([word, other]) => [
    [word, other] as const,
    [capital(word), capital(other)] as const,
  ]);
  if (pairs.length === 0) return value;
  const others = new Map(pairs);
  const pattern = new RegExp(`(?<![A-Za-z0-9])(${[...others.keys()].join("|")})(?![a-z0-9])`, "g");
  const inText = (text: string) => text.replace(pattern, (word) => others.get(word) ?? word);
  const inValue = (part: Value): Value => {
    if (typeof part === "string") return inText(part);
    if (Array.isArray(part)) return part.map(inValue);
    if (!isFields(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([key, field]) => [inText(key), inValue(field)] as const));
  };
  return inValue(value);
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
