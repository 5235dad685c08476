/** Sections of a stack file that were set with `--secret`: what came of their free text stays secret in the state and in previews. */
import * as pulumi from "@pulumi/pulumi";

type Steps = readonly string[];

/** Where free text of a section may stand in an object of Kubernetes. `*` is every entry of a list or map. */
const kubernetesPlaces: readonly Steps[] = [
  ["metadata", "annotations", "*"],
  ...["args", "command"].map((key) => ["spec", "template", "spec", "containers", "*", key]),
  ["spec", "template", "spec", "containers", "*", "env", "*", "value"],
  // Of storage classes.
  ["parameters", "*"],
  ["mountOptions"],
];

/**
 * Where it may stand in a resource of this project's provider: in a package of chaincode, whose indexes are free text, and
 * behind the digest of a pod's template, against which a short text could be guessed.
 */
const ledgerPlaces: readonly Steps[] = [["organizations", "*", "package"], ["nodes", "*", "revision"], ["revision"]];

/** Options for what is made of a section. @param isSecret whether it was set with `--secret` */
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

/** The same with what is at the place marked; all of it from where it is not known yet. */
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

/** Pulumi's own annotations are orders to its plugins. */
function isOn(step: string, key: string): boolean {
  return step === "*" ? !key.startsWith("pulumi.com/") : step === key;
}
