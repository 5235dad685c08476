/** A stack by its difference from stacks that are written before it: a cloud's own cluster, and the usual network. */
import { readStack } from "../support/program/run";
import { applyDifference, difference, type Fields, type Value } from "./difference";

/** Stacks of every vendor's networks, in the order of their writing. */
const usual = ["existing-fabric", "existing-ethereum", "local-fabric", "local-ethereum"];

/** References of `stack`, the nearest first: stacks of its vendor, then the usual stacks with its network. */
export function referencesOf(stack: string, stacks: readonly string[]): string[] {
  const earlier = stacks.filter((other) => rank(other) < rank(stack)).sort((one, other) => rank(one) - rank(other));
  const { vendor, network } = traits(stack);
  return [
    ...earlier.filter((other) => traits(other).vendor === vendor),
    ...earlier.filter((other) => usual.includes(other) && traits(other).network === network),
  ];
}

/** The usual stacks, then one of each vendor, then the others. */
function rank(stack: string): number {
  if (usual.includes(stack)) return usual.indexOf(stack);
  return stack.endsWith("-fabric-prod") ? usual.length : usual.length + 1;
}

function traits(stack: string): { vendor: string; network: string } {
  const { cluster, network } = readStack(stack) as { cluster: { vendor: string }; network: { type: string } };
  return { vendor: cluster.vendor, network: network.type };
}

/** Parts of a stack: in full, `as in STACK` by their names, and `as in STACK, but` with their difference. */
export function byReference(parts: Fields, references: ReadonlyMap<string, Fields>): Fields {
  const shown: Fields = {};
  for (const [key, part] of Object.entries(parts)) {
    const [stack, reference] = [...references].find(([, other]) => key in other) ?? [];
    const but = reference === undefined ? undefined : difference(reference[key] as Value, part);
    if (reference === undefined) shown[key] = part;
    else if (but === undefined) shown[`as in ${stack}`] = [...((shown[`as in ${stack}`] ?? []) as Value[]), key];
    else shown[`as in ${stack}, but`] = { ...(shown[`as in ${stack}, but`] as Fields | undefined), [key]: but };
  }
  return shown;
}

/** Inverse of `byReference`. */
export function withoutReferences(shown: Fields, references: ReadonlyMap<string, Fields>): Fields {
  const parts: Fields = {};
  for (const [key, value] of Object.entries(shown)) {
    const [, stack, but] = /^as in ([^,]+)(, but)?$/.exec(key) ?? [];
    const reference = references.get(stack ?? "");
    if (reference === undefined) parts[key] = value;
    else if (but === undefined) for (const name of value as string[]) parts[name] = reference[name] as Value;
    else {
      for (const [name, change] of Object.entries(value as Fields)) {
        parts[name] = applyDifference(reference[name] as Value, change);
      }
    }
  }
  return parts;
}
