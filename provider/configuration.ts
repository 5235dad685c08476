/** Configuration of the provider itself: the cluster of the nodes. */
import { differences, type PropertyChange } from "./framework/property-changes";
import { unknownValue, type PropertyMap } from "./framework/property-value";
import { problem } from "../lib/problem";
import { optional, parseInputs, secretText, text, type Plain, type Problem } from "./framework/schema";

export const configurationFields = {
  kubeconfig: optional(secretText(validateKubeconfig)).describe(
    "Kubeconfig text of the cluster that runs the nodes, JSON or YAML. Default: none, as keys and certificates need.",
  ),
  clusterIdentifier: optional(text()).describe(
    "Identity of that cluster: a change replaces the provider and everything under it, nothing else does. Default: none, which " +
      "never counts as another cluster.",
  ),
};

export type Configuration = Plain<typeof configurationFields>;

/** Properties that the engine adds to every provider's inputs. */
const engineProperties = ["version", "pluginDownloadURL"];

/** Checks the provider's inputs and marks the kubeconfig secret. */
export function checkConfiguration(inputs: PropertyMap): { inputs: PropertyMap; problems: Problem[] } {
  const own = Object.fromEntries(Object.entries(inputs).filter(([key]) => !engineProperties.includes(key)));
  const checked = parseInputs(configurationFields, own);
  return { inputs: { ...inputs, ...checked.inputs }, problems: checked.problems };
}

/**
 * Changes of the provider. Another `clusterIdentifier` means another cluster, and alone replaces the provider with all
 * its resources. An identifier that is not known yet counts as another one. Setting it for the first time, or removing
 * it, does not replace.
 */
export function diffConfiguration(before: PropertyMap, after: PropertyMap): PropertyChange[] {
  const isSameCluster =
    before["clusterIdentifier"] === undefined ||
    after["clusterIdentifier"] === undefined ||
    before["clusterIdentifier"] === after["clusterIdentifier"];
  return ["kubeconfig", "clusterIdentifier"].flatMap((name) =>
    differences(before[name], after[name], name).map((change) =>
      name === "clusterIdentifier" ? { ...change, replaces: !isSameCluster } : change,
    ),
  );
}

export function readConfiguration(inputs: PropertyMap): Configuration {
  const value = (name: string): string | undefined =>
    inputs[name] === unknownValue ? undefined : (inputs[name] as string | undefined);
  return { kubeconfig: value("kubeconfig"), clusterIdentifier: value("clusterIdentifier") };
}

/**
 * Detects a kubeconfig that is cut off, a path, or without a cluster, here and not ten minutes later. It looks at the
 * top-level keys of the YAML only: the Kubernetes client, which is loaded when needed, reads the rest.
 */
function validateKubeconfig(value: string, path: string): Problem[] {
  const needed = ["clusters", "users", "contexts", "current-context"];
  const keys = value.trimStart().startsWith("{")
    ? jsonKeys(value)
    : [...value.matchAll(/^([a-z-]+):/gm)].map((match) => match[1]);
  const missing = needed.filter((key) => !keys.includes(key));
  if (missing.length === 0) return [];
  const must = "be the text of a kubeconfig, JSON or YAML, and no path";
  return [problem({ path, must, because: `it has no ${missing.join(", ")}` })];
}

function jsonKeys(text: string): string[] {
  try {
    return Object.keys(JSON.parse(text) as object);
  } catch {
    return [];
  }
}
