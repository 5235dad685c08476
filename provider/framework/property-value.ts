/**
 * Property values between their form on the wire and the provider's.
 *
 * The wire format is a protobuf `Struct` in which unknown values are fixed texts and secrets are objects with a
 * signature key (Pulumi: sdk/go/common/resource/plugin/rpc.go, sdk/nodejs/runtime/rpc.ts).
 */
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** A value that a preview cannot know yet. {@link unknownValue} is its only instance. */
export class Unknown {
  /** Marks an unknown that got into a message by mistake. */
  toString(): string {
    return "<unknown>";
  }
}

export const unknownValue = new Unknown();

/** A value that state and logs must not show. */
export class Secret {
  constructor(readonly value: PropertyValue) {}
}

export type PropertyValue = null | boolean | number | string | Unknown | Secret | PropertyValue[] | PropertyMap;

export interface PropertyMap {
  [key: string]: PropertyValue;
}

/** `T` in a preview: any part of it may be unknown. */
export type Loose<T> =
  Unknown | (T extends readonly (infer U)[] ? Loose<U>[] : T extends object ? { [K in keyof T]: Loose<T[K]> } : T);

/** Like {@link Loose} for a resource's property bag: the bag itself is always known. */
export type LooseProperties<T> = { [K in keyof T]: Loose<T[K]> };

/** Texts for unknown values, one per kind of value; all mean "not known yet" (rpc.go, `Unknown...Value`). */
const unknownTexts = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
const unknownStringText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Key that marks an object as special, and its value for secrets (rpc.go, `SigKey`, `SecretSig`). */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Reads a property bag. Null properties count as absent, as in the SDK. */
export function decodeProperties(struct: Struct | undefined): PropertyMap {
  return struct === undefined ? {} : decodeMap(struct.toJavaScript());
}

/** Writes a property bag without undefined properties. */
export function encodeProperties(properties: Record<string, PropertyValue | undefined>): Struct {
  return Struct.fromJavaScript(encodeMap(properties) as Parameters<typeof Struct.fromJavaScript>[0]);
}

/** The plain value below all secret marks. Unknown parts stay {@link unknownValue}. */
export function reveal(value: PropertyValue): PropertyValue {
  if (value instanceof Secret) return reveal(value.value);
  if (isList(value)) return value.map(reveal);
  return isMap(value) ? mapValues(value, reveal) : value;
}

export function containsUnknown(value: unknown): boolean {
  if (value instanceof Unknown) return true;
  if (value instanceof Secret) return containsUnknown(value.value);
  if (Array.isArray(value)) return value.some(containsUnknown);
  return typeof value === "object" && value !== null && Object.values(value).some(containsUnknown);
}

/** Narrows a preview value to a completely known one. */
export function isKnown<T>(value: Loose<T> | T): value is T {
  return !containsUnknown(value);
}

/** Texts inside secret marks, which must never reach a message. */
export function secretTexts(value: PropertyValue, inSecret = false): string[] {
  if (typeof value === "string") return inSecret ? [value] : [];
  if (value instanceof Secret) return secretTexts(value.value, true);
  if (isList(value)) return value.flatMap((item) => secretTexts(item, inSecret));
  return isMap(value) ? Object.values(value).flatMap((item) => secretTexts(item, inSecret)) : [];
}

/** `value` with a secret mark wherever `marked` has one. */
export function withSecretMarksOf(marked: PropertyValue | undefined, value: PropertyValue): PropertyValue {
  if (marked instanceof Secret) return value instanceof Secret ? value : new Secret(value);
  if (isList(marked) && isList(value)) return value.map((item, index) => withSecretMarksOf(marked[index], item));
  if (!isMap(marked) || !isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withSecretMarksOf(marked[key], item)]));
}

export function isList(value: PropertyValue | undefined): value is PropertyValue[] {
  return Array.isArray(value);
}

/** Whether a value is an object of properties: not a list, secret, unknown or null. */
export function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Secret) &&
    !(value instanceof Unknown)
  );
}

function mapValues(map: PropertyMap, change: (value: PropertyValue) => PropertyValue): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

function decodeMap(map: Record<string, unknown>): PropertyMap {
  const known = Object.entries(map).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(known.map(([key, value]) => [key, decodeValue(value)]));
}

function decodeValue(value: unknown): PropertyValue {
  if (typeof value === "string") return unknownTexts.has(value) ? unknownValue : value;
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(decodeValue);
  if (typeof value !== "object" || value === null) return null;
  const map = value as Record<string, unknown>;
  return map[signatureKey] === secretSignature ? new Secret(decodeValue(map["value"])) : decodeMap(map);
}

function encodeMap(map: Record<string, PropertyValue | undefined>): Record<string, unknown> {
  const present = Object.entries(map).filter((entry): entry is [string, PropertyValue] => entry[1] !== undefined);
  return Object.fromEntries(present.map(([key, value]) => [key, encodeValue(value)]));
}

function encodeValue(value: PropertyValue): unknown {
  if (value instanceof Unknown) return unknownStringText;
  if (value instanceof Secret) return { [signatureKey]: secretSignature, value: encodeValue(value.value) };
  if (isList(value)) return value.map(encodeValue);
  return isMap(value) ? encodeMap(value) : value;
}
