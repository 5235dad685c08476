/** Namespaces that a network creates, and must own alone. */
import { problem, type Problem } from "../../lib/problem";
import { entriesOf } from "../kit/rule";

/** A namespace, and the name in the stack file from which it follows. */
export interface OwnNamespace {
  namespace: string;
  given: string;
  path: string;
}

/** A namespace of other owners that the stack file names. */
export interface OthersNamespace {
  namespace: string | undefined;
  path: string;
}

/** Namespaces of a list, with their paths. */
export function namespacesAt(names: readonly (string | undefined)[] | undefined, path: string): OthersNamespace[] {
  return entriesOf(names, path).map(({ item, path: at }) => ({ namespace: item, path: at }));
}

/**
 * Problems of namespaces with other owners: the network would deny all connections to their pods, and delete them in
 * the end. Kubernetes reserves `kube-`: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/
 */
export function namespacesTaken(own: readonly OwnNamespace[], others: readonly OthersNamespace[]): Problem[] {
  return own.flatMap(({ namespace, given, path }) => {
    const owner = ownerOf(namespace, others);
    const because = `its namespace would be "${namespace}", ${owner}`;
    return owner === undefined ? [] : [problem({ path, given, must: "be another name", because })];
  });
}

/**
 * Namespaces of programs that clusters come with. OpenShift keeps all with its prefix:
 * https://docs.openshift.com/container-platform/latest/applications/projects/working-with-projects.html
 */
const programs =
  /^(openshift(-.*)?|gke-managed-.*|gke-gmp-system|gmp-(system|public)|aks-(command|istio-.*)|app-routing-system|gatekeeper-system|calico-(system|apiserver)|tigera-operator|cilium-secrets|amazon-(cloudwatch|guardduty)|arms-prom|cert-manager|ingress-nginx|istio-system)$/;

function ownerOf(namespace: string, others: readonly OthersNamespace[]): string | undefined {
  if (namespace === "default" || namespace.startsWith("kube-")) return "which is Kubernetes' own";
  if (programs.test(namespace)) return "which a program of the cluster has on some clusters";
  const other = others.find((entry) => entry.namespace === namespace);
  return other === undefined ? undefined : `which ${other.path} names as another's`;
}
