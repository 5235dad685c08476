/**
 * Sections of a stack file that were set with `--secret`: values made of their free text stay secret in state and
 * previews.
 */
import * as pulumi from "@pulumi/pulumi";

type Steps = readonly string[];

/** Places of a section's free text in Kubernetes objects. `*` is every entry of a list or map. */
const kubernetesPlaces: readonly Steps[] = [
  ["metadata", "annotations", "*"],
  ...["args", "command"].map((key) => ["spec", "template", "spec", "containers", "*", key]),
  ...["containers", "initContainers"].map((key) => ["spec", "template", "spec", key, "*", "env", "*", "value"]),
  // StorageClasses.
  ["parameters", "*"],
  ["mountOptions"],
  // PrometheusRules, whose alerts refer to a page of the user's.
  ["spec", "groups"],
];

/**
 * Places of a section's free text in resources of this project's provider: a chaincode package, whose indexes are free
 * text, and the digest of a pod template, from which short texts could be guessed.
 */
const ledgerPlaces: readonly Steps[] = [["organizations", "*", "package"], ["nodes", "*", "revision"], ["revision"]];

/** Options of resources made from a section. @param isSecret whether it was set with `--secret` */
export function secretSection(isSecret: boolean): pulumi.ComponentResourceOptions {
  return isSecret ? { transformations: [hideFreeText] } : {};
}

const hideFreeText: pulumi.ResourceTransformation = ({ type, props, opts }) => {
  const places = placesIn(type);
  return places && { props: places.reduce<Record<string, unknown>>(hide, props as Record<string, unknown>), opts };
};

function placesIn(type: string): readonly Steps[] | undefined {
  if (type.startsWith("kubernetes:")) return kubernetesPlaces;
  return type.startsWith("ledger:") ? ledgerPlaces : undefined;
}

/** Marks the value at a place as secret. Where the place is not known yet, it marks the whole value. */
function hide<T>(value: T, [step, ...rest]: Steps): T {
  if (value === undefined || value === null) return value;
  if (step === undefined || pulumi.Output.isInstance(value) || value instanceof Promise) {
    return pulumi.secret(value) as T;
  }
  if (Array.isArray(value)) return value.map((item: unknown) => hide(item, rest)) as T;
  if (typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]: [string, unknown]) => [key, isOn(step, key) ? hide(part, rest) : part]),
  ) as T;
}

/** Pulumi's own annotations are orders to its plugins, which must be able to read them. */
function isOn(step: string, key: string): boolean {
  return step === "*" ? !key.startsWith("pulumi.com/") : step === key;
}
