/**
 * Hexadecimal text and numbers in the forms of Ethereum's JSON.
 *
 * Bytes are `0x` and an even number of digits; quantities are `0x` and digits
 * without leading zeros (https://ethereum.org/developers/docs/apis/json-rpc/#conventions).
 */

/** `0x` and hexadecimal digits. */
export type Hex = `0x${string}`;

/** Lower-case hexadecimal text of bytes, with `0x`. */
export function toHex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}

/** Hexadecimal text without its `0x`, lower case. */
export function digitsOf(text: string): string {
  return (/^0x/i.test(text) ? text.slice(2) : text).toLowerCase();
}

/** Whether a text is hexadecimal bytes with `0x`. With `length`: whether it has that many bytes. */
export function isHexBytes(text: unknown, length?: number): text is Hex {
  return (
    typeof text === "string" &&
    /^0x([0-9a-f]{2})*$/i.test(text) &&
    (length === undefined || text.length === 2 + 2 * length)
  );
}

/**
 * The bytes of hexadecimal text, with or without `0x`.
 *
 * @throws RangeError for an odd number of digits or another character.
 */
export function fromHex(text: string): Uint8Array {
  const digits = digitsOf(text);
  if (!isHexBytes(`0x${digits}`)) throw new RangeError(`not hexadecimal bytes: ${JSON.stringify(text.slice(0, 80))}`);
  return Uint8Array.from(Buffer.from(digits, "hex"));
}

/** A number as a JSON quantity: `0x0`, `0x1fffffffffffff`. */
export function toQuantity(value: bigint | number): Hex {
  return `0x${BigInt(value).toString(16)}`;
}

/**
 * A number from a JSON quantity, a decimal text or a JSON number.
 * `undefined` for anything else: signs, fractions, blanks, JSON numbers beyond 2^53.
 */
export function parseQuantity(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value >= 0n ? value : undefined;
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : undefined;
  if (typeof value === "string" && /^(0x[0-9a-f]+|[0-9]+)$/i.test(value)) return BigInt(value);
  return undefined;
}

/** Big-endian bytes of a number without leading zeros, RLP's form of integers. 0 has no bytes. */
export function integerBytes(value: bigint): Uint8Array {
  if (value === 0n) return new Uint8Array();
  const digits = value.toString(16);
  return fromHex(digits.padStart(digits.length + (digits.length % 2), "0"));
}

/** A number in decimal digits; `0` for what is none. */
export function decimal(value: unknown): string {
  return String(parseQuantity(value) ?? 0n);
}
