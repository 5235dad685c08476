/** Namespaces that a network makes, and so must have to itself. */
import { problem, type Problem } from "../../lib/problem";
import { entriesOf } from "../kit/rule";

/** A namespace, and the name in the stack file that makes it. */
export interface OwnNamespace {
  namespace: string;
  given: string;
  path: string;
}

/** A namespace of others that the stack file names. */
export interface OthersNamespace {
  namespace: string | undefined;
  path: string;
}

/** The namespaces of a list, with their paths. */
export function namespacesAt(names: readonly (string | undefined)[] | undefined, path: string): OthersNamespace[] {
  return entriesOf(names, path).map(({ item, path: at }) => ({ namespace: item, path: at }));
}

/**
 * Namespaces that are somebody else's: the network would deny everything to the pods there, and delete them in the end.
 * Kubernetes keeps `kube-` for itself: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/
 */
export function namespacesTaken(own: readonly OwnNamespace[], others: readonly OthersNamespace[]): Problem[] {
  return own.flatMap(({ namespace, given, path }) => {
    const owner = ownerOf(namespace, others);
    const because = `its namespace would be "${namespace}", ${owner}`;
    return owner === undefined ? [] : [problem({ path, given, must: "be another name", because })];
  });
}

function ownerOf(namespace: string, others: readonly OthersNamespace[]): string | undefined {
  if (namespace === "default" || namespace.startsWith("kube-")) return "which is Kubernetes' own";
  const other = others.find((entry) => entry.namespace === namespace);
  return other === undefined ? undefined : `which ${other.path} names as another's`;
}
