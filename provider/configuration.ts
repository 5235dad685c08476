/** Configuration of the provider itself: where the nodes run. */
import { differences, type PropertyChange } from "./framework/property-changes";
import { UNKNOWN, type PropertyMap } from "./framework/property-value";
import { optional, parseInputs, secretText, text, type Plain, type Problem } from "./framework/schema";

export const configurationFields = {
  kubeconfig: optional(secretText(kubeconfigProblem)).describe(
    "Kubeconfig text of the cluster that runs the nodes, JSON or YAML. Default: none, as keys and certificates need.",
  ),
  clusterIdentifier: optional(text()).describe(
    "Identity of that cluster: a change replaces the provider and everything under it, nothing else does. Default: none, which " +
      "never counts as another cluster.",
  ),
};

export type Configuration = Plain<typeof configurationFields>;

/** What the engine adds to every provider's inputs on its own. */
const ENGINE_PROPERTIES = ["version", "pluginDownloadURL"];

/** Checks the provider's inputs and marks the kubeconfig secret. */
export function checkConfiguration(inputs: PropertyMap): { inputs: PropertyMap; problems: Problem[] } {
  const own = Object.fromEntries(Object.entries(inputs).filter(([key]) => !ENGINE_PROPERTIES.includes(key)));
  const checked = parseInputs(configurationFields, own);
  return { inputs: { ...inputs, ...checked.inputs }, problems: checked.problems };
}

/**
 * Only another `clusterIdentifier` means another cluster and so replaces the provider with all its resources. One
 * that is not known yet counts as another. Setting it for the first time, or no longer, says nothing of the cluster.
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
    inputs[name] === UNKNOWN ? undefined : (inputs[name] as string | undefined);
  return { kubeconfig: value("kubeconfig"), clusterIdentifier: value("clusterIdentifier") };
}

/**
 * A kubeconfig that is cut off, a path, or of no cluster must fail here and not ten minutes later. YAML is only
 * looked at for its top-level keys: reading it whole is left to the Kubernetes client, which is loaded when needed.
 */
function kubeconfigProblem(value: string): string | undefined {
  const needed = ["clusters", "users", "contexts", "current-context"];
  const keys = value.trimStart().startsWith("{")
    ? jsonKeys(value)
    : [...value.matchAll(/^([a-z-]+):/gm)].map((match) => match[1]);
  const missing = needed.filter((key) => !keys.includes(key));
  return missing.length === 0
    ? undefined
    : `is no kubeconfig (${missing.join(", ")} missing); its text needed, JSON or YAML, not a path`;
}

function jsonKeys(text: string): string[] {
  try {
    return Object.keys(JSON.parse(text) as object);
  } catch {
    return [];
  }
}
