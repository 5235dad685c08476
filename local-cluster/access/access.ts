import { kubeconfigPath } from "./administrator";
import { buildKubeconfig, writeKubeconfig } from "./kubeconfig";
import { createPki, users } from "./pki";
import type { LocalCluster, NodeHost } from "../settings";

/** Creates the keys and certificates of a new cluster, and a kubeconfig for each of its users. */
export async function createAccess(cluster: LocalCluster, nodes: readonly NodeHost[]): Promise<void> {
  const { ca, certificates } = await createPki(cluster.paths.pki, cluster, nodes);
  for (const { name } of [...users, ...nodes]) {
    const user = certificates[name];
    if (user === undefined) throw new Error(`no certificate was made for ${name}`);
    const input = { name: cluster.id, server: cluster.apiServer, authority: ca.certificate, user };
    writeKubeconfig(kubeconfigPath(cluster, name), buildKubeconfig(input));
  }
}
