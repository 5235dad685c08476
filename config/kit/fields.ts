/**
 * Building blocks of the schemas. Every error text completes the sentence "must be ...", so that one function writes
 * all messages alike: `given 5; must be a size with its unit, for example "50Gi"`.
 */
import { isIP } from "node:net";
import { z } from "zod";
import { durationForm, durationInWords, parseDuration } from "../../ledger/fabric/duration";
import { byFirstAddress } from "../../lib/ipv4";
import { parseQuantity } from "./quantity";

/** A map with exactly these keys. */
export function map<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject(shape, { error: "a map of keys" });
}

const quoted = 'text; put numbers and true or false in quotes, for example "1"';

/** A map with any keys and values of text, or of one form of text. */
export function textMap(value = z.string({ error: quoted })) {
  return z.record(z.string(), value, { error: "a map of names to text" });
}

const lines = z.string({ error: quoted }).regex(/^([^\p{Cc}]|[\n\t])*$/u, { error: "text without control characters" });

/** Text on one line, without control characters. `what` is in it, for example `a mount option`. */
export function oneLine(what: string) {
  const right = `${what} on one line of at most 1024 characters`;
  return z.string({ error: quoted }).regex(/^[^\p{Cc}]{0,1024}$/u, { error: right });
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
export const labelKey =
  /^(?=.{1,316}$)([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
export const labelValue = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;

/**
 * Labels of Kubernetes objects.
 *
 * @param what Object with the labels, for example `a node`.
 * @param example A label of such an object.
 */
export function labels(what: string, example: string) {
  const right = `a map of labels of ${what} to text, for example { ${example} }`;
  return z.record(text(labelKey, right), text(labelValue, `the value of a label of ${what}, in quotes`), {
    error: right,
  });
}

/**
 * Annotations of a Kubernetes object: https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/
 *
 * @param value Form of the values. Default: text of several lines, as some controllers read it.
 */
export function annotations(value = lines) {
  const right = 'a map of annotations to text, each key like "example.com/name"';
  return z.record(text(labelKey, right), value, { error: right }).default({});
}

/**
 * Error of a map of several kinds, distinguished by `key`.
 *
 * @param values Possible values of `key`.
 */
export function wrongKind(key: string, values: readonly string[]) {
  const right = `one of ${values.join(", ")}`;
  return {
    error: (issue: { code?: string }) =>
      issue.code === "invalid_type" ? `a map of keys, with the key ${key}: ${right}` : right,
  };
}

export function list<T extends z.ZodType>(item: T, options: { min?: number; of: string }) {
  const right = options.min ? `a list of at least ${options.min} ${options.of}` : `a list of ${options.of}`;
  return z.array(item, { error: right }).min(options.min ?? 0, { error: right });
}

/**
 * Text of one form. If the ledger knows the form, `pattern` is the ledger's own.
 *
 * @param max Characters at most, for names that become part of longer ones.
 */
export function text(pattern: RegExp, right: string, max = Infinity) {
  // Stops at the first mismatch, so that refinements never see malformed text.
  const form = z.string({ error: right }).regex(pattern, { error: right, abort: true });
  return max === Infinity ? form : form.max(max, { error: right });
}

export function flag() {
  return z.boolean({ error: "true or false" });
}

export function wholeNumber(min: number, max: number) {
  const right = `a whole number from ${min} to ${max}`;
  return z.int({ error: right }).min(min, { error: right }).max(max, { error: right });
}

export function choice<const V extends readonly [string, ...string[]]>(values: V) {
  return z.enum(values, { error: `one of ${values.join(", ")}` });
}

/**
 * Name of a Kubernetes object that is also a DNS label (RFC 1035, as Kubernetes requires for Services), `max`
 * characters at most.
 */
export function dnsLabel(max: number) {
  const right = `a name of lower case letters, digits and hyphens that starts with a letter, at most ${max} characters`;
  return text(new RegExp(`^(?=.{1,${max}}$)[a-z]([a-z0-9-]*[a-z0-9])?$`), right);
}

/**
 * Name of a Kubernetes object: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ @param what
 * Object in the error, for example `a Secret`.
 */
export function objectName(what: string) {
  return text(/^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/, `the name of ${what}`);
}

/** Names joined by dots, for example `example.com` or `cluster.local`. */
export function dnsName() {
  return text(
    /^(?=.{1,200}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
    'a DNS name in lower case, for example "example.com"',
  );
}

/**
 * Size in bytes, in the form of Kubernetes. The unit is required, since a bare number would mean bytes.
 *
 * @param range Plausible sizes: others most likely have a wrong unit.
 */
export function size(example: string, range: { min: string; max: string }) {
  const right = `a size with its unit, for example "${example}"`;
  return text(/^[1-9][0-9]*(\.[0-9]+)?(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)$/, right).refine(within(range), {
    error: `a size from ${range.min} to ${range.max}`,
  });
}

/** Text that is not a quantity has its own message. */
function within({ min, max }: { min: string; max: string }) {
  const [least, most] = [parseQuantity(min) ?? 0, parseQuantity(max) ?? Infinity];
  return (text: string | number): boolean => {
    const amount = parseQuantity(String(text));
    return amount === undefined || (amount >= least && amount <= most);
  };
}

/** Private key of an Ethereum node. YAML reads bare digits after `0x` as a number. */
export function privateKey() {
  return text(/./, "a private key of 64 hexadecimal digits, in quotes");
}

/** Memory of a container; runtimes refuse less. */
export function memorySize(example: string) {
  return size(example, { min: "16Mi", max: "24Ti" });
}

/** Space on a machine's own disk. */
export function diskRoom(example: string) {
  return size(example, { min: "1Mi", max: "16Ti" });
}

/** Processor time in the form of Kubernetes: `500m` is half a core, and `1m` is the minimum. */
export function cpu() {
  const right = 'processor cores, for example "500m" or 2';
  const range = { min: "1m", max: "1000" };
  return z
    .union(
      [
        z.string({ error: right }).regex(/^([0-9]+m|[0-9]+(\.[0-9]+)?)$/, { error: right }),
        // Kubernetes accepts no more digits than JavaScript writes without an exponent.
        z
          .number({ error: right })
          .positive({ error: right })
          .refine((value) => !String(value).includes("e"), { error: right }),
      ],
      {
        error: right,
      },
    )
    .refine(within(range), { error: `processor cores from ${range.min} to ${range.max}` })
    .transform(String);
}

/** A Go duration other than zero, Fabric's form. */
export function duration() {
  return text(durationForm, durationInWords).refine((value) => parseDuration(value) !== undefined, {
    error: durationInWords,
  });
}

/** An image reference. A rule checks apart whether it is pinned, for a better message. */
export function image() {
  return text(
    /^[a-z0-9]+([._-][a-z0-9]+)*(:[0-9]+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
    'an image reference, for example "ghcr.io/example/asset-transfer:1.0"',
  );
}

/** An IPv4 or IPv6 network. */
export function cidr() {
  const right = 'a network in CIDR form, for example "10.0.0.0/16"';
  // Clouds refuse networks with any address but their first.
  const first = (network: string) => byFirstAddress(network) === undefined || network === byFirstAddress(network);
  const isAddress = (network: string) => isIP(network.split("/")[0] ?? "") !== 0;
  return text(
    /^(((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\/(3[0-2]|[12]?[0-9])|[0-9a-fA-F:]*:[0-9a-fA-F:]*\/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))$/,
    right,
  )
    .refine(isAddress, { error: right, abort: true })
    .refine(first, {
      error: ({ input }) => `a network by its first address, ${byFirstAddress(String(input))}, or one address with /32`,
    });
}
