import { copyFileSync, chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ApiClient } from "./api-client";
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

function kubeconfigPath({ paths: { kubeconfigs } }: LocalCluster, user: string): string {
  return join(kubeconfigs, `${user}.json`);
}

/** Copies the administrator's kubeconfig to the path that other programs read: from then on they see the cluster. */
export function publishKubeconfig(cluster: LocalCluster): void {
  copyFileSync(kubeconfigPath(cluster, "admin"), cluster.paths.kubeconfig);
  chmodSync(cluster.paths.kubeconfig, 0o600);
}

function adminClient({ paths: { pki }, apiServer }: LocalCluster): ApiClient {
  const file = (name: string) => readFileSync(join(pki, name), "utf8");
  return new ApiClient(apiServer, file("ca.crt"), { certificate: file("admin.crt"), privateKey: file("admin.key") });
}

/** Gives `use` the administrator's connection to the API server, and closes it afterwards. */
export async function withAdminClient<T>(cluster: LocalCluster, use: (admin: ApiClient) => Promise<T>): Promise<T> {
  const admin = adminClient(cluster);
  try {
    return await use(admin);
  } finally {
    admin.close();
  }
}
