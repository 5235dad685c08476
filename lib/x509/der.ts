/**
 * The parts of ASN.1 DER that signatures and certificates need.
 * Encoding rules: ITU-T X.690, chapters 8.1.3 (lengths) and 8.3 (integers).
 */

export const derInteger = 0x02;
export const derBitString = 0x03;
export const derSequence = 0x30;

/** Position of an element in its buffer: `[start, end)` with its header, `[content, end)` without. */
export interface DerElement {
  tag: number;
  start: number;
  content: number;
  end: number;
}

/** Reads the header of the element at `start`. Throws when the element runs past the end of the buffer. */
export function readDerElement(bytes: Uint8Array, start: number): DerElement {
  const tag = bytes[start];
  const first = bytes[start + 1];
  if (tag === undefined || first === undefined) throw new RangeError(`DER element at byte ${start} is cut off`);
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  let length = first < 0x80 ? first : 0;
  for (let index = 0; index < lengthBytes; index++) {
    length = length * 256 + (bytes[start + 2 + index] ?? 0);
  }
  const content = start + 2 + lengthBytes;
  if (content + length > bytes.length) throw new RangeError(`DER element at byte ${start} is cut off`);
  return { tag, start, content, end: content + length };
}

/** One element with the given tag around `parts`. */
export function encodeDer(tag: number, ...parts: Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  return Buffer.concat([Uint8Array.of(tag), encodeLength(content.length), content]);
}

/** A non-negative integer, big-endian, without superfluous zero bytes. */
export function encodeDerInteger(value: bigint): Uint8Array {
  const hex = value.toString(16);
  const magnitude = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  // A leading one bit would make the number negative.
  const sign = (magnitude[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array();
  return encodeDer(derInteger, sign, magnitude);
}

function encodeLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return Buffer.concat([Uint8Array.of(0x80 | bytes.length), bytes]);
}
