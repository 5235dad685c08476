/** What an update touched in a stack's state. */

/** Resources of a state, each as text, by URN. */
export type StateResources = ReadonlyMap<string, string>;

export interface StateChange {
  /** Resources after the update. */
  resources: number;
  /** Resources that came, changed or went. */
  changed: number;
  /** Bytes of those that came or changed, as they are now. */
  bytes: number;
  /** Bytes of all resources after the update. */
  all: number;
}

/** @param text of `pulumi stack export --show-secrets`: encrypted, one secret has another text each time */
export function resourcesIn(text: string): StateResources {
  const { deployment } = JSON.parse(text) as { deployment: { resources?: { urn: string; delete?: boolean }[] } };
  // The stack's own entry has the outputs, which are copies.
  const resources = (deployment.resources ?? []).filter(({ urn }) => !urn.includes("::pulumi:pulumi:Stack::"));
  return new Map(resources.map((resource) => [resource.urn, JSON.stringify(resource)]));
}

export function stateChange(before: StateResources, after: StateResources): StateChange {
  const changed = [...after].filter(([urn, text]) => before.get(urn) !== text).map(([, text]) => text);
  const gone = [...before.keys()].filter((urn) => !after.has(urn));
  return {
    resources: after.size,
    changed: changed.length + gone.length,
    bytes: bytesOf(changed),
    all: bytesOf([...after.values()]),
  };
}

function bytesOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
