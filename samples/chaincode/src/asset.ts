/**
 * Assets: their fields, the checks of values that clients send, and the bytes on the ledger.
 */

/** An asset. The field names are those of Fabric's own asset-transfer samples, so that their clients work unchanged. */
export interface Asset {
  /** Estimated worth, a whole number in no particular currency. */
  AppraisedValue: number;
  Color: string;
  /** Key of the asset in the world state. */
  ID: string;
  Owner: string;
  /** A whole number. */
  Size: number;
}

/** The fields of an asset in the text form that a client sends. */
export interface AssetText {
  id: string;
  color: string;
  size: string;
  owner: string;
  appraisedValue: string;
}

/** U+0000 and U+10FFFF separate and bound composite keys in the world state, so no part of a key may contain them. */
const keyDelimiters = ["\u0000", "\u{10FFFF}"];

/**
 * Reads an asset from text.
 *
 * @throws {Error} with every bad value, and the right form of each.
 */
export function parseAsset(text: AssetText): Asset {
  refuse([
    ...keyProblems("id", text.id),
    ...keyProblems("owner", text.owner),
    ...wholeNumberProblems("size", text.size, 0, Number.MAX_SAFE_INTEGER),
    ...wholeNumberProblems("appraisedValue", text.appraisedValue, 0, Number.MAX_SAFE_INTEGER),
  ]);
  return {
    AppraisedValue: Number(text.appraisedValue),
    Color: text.color,
    ID: text.id,
    Owner: text.owner,
    Size: Number(text.size),
  };
}

/** Returns `value` when it can be part of a ledger key. @throws {Error} with the reason when it cannot. */
export function parseKey(field: string, value: string): string {
  refuse(keyProblems(field, value));
  return value;
}

/** Returns the whole number in `value`. @throws {Error} for other text, and for numbers outside `minimum` to `maximum`. */
export function parseWholeNumber(field: string, value: string, minimum: number, maximum: number): number {
  refuse(wholeNumberProblems(field, value, minimum, maximum));
  return Number(value);
}

/**
 * JSON in which the order of keys depends on the keys alone.
 *
 * Every endorsing peer runs the chaincode on its own, and their results must be equal byte for byte.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    field !== null && typeof field === "object" && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}

function keyProblems(field: string, value: string): string[] {
  if (value === "") return [`${field} is empty; give at least one character`];
  if (keyDelimiters.some((delimiter) => value.includes(delimiter))) {
    return [`${field} ${JSON.stringify(value)} holds U+0000 or U+10FFFF, which ledger keys cannot`];
  }
  return [];
}

function wholeNumberProblems(field: string, value: string, minimum: number, maximum: number): string[] {
  const isDecimal = /^(0|[1-9][0-9]*)$/.test(value);
  if (isDecimal && Number(value) >= minimum && Number(value) <= maximum) return [];
  return [`${field} ${JSON.stringify(value)} is not a whole number from ${minimum} to ${maximum}`];
}

function refuse(problems: string[]): void {
  if (problems.length > 0) throw new Error(problems.join("; "));
}
