import { chmodSync, copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ApiClient } from "./api-client";
import type { LocalCluster } from "../settings";

/** The administrator's access to a cluster whose keys are there. */

/** Kubeconfig of a user of the cluster. */
export function kubeconfigPath({ paths: { kubeconfigs } }: LocalCluster, user: string): string {
  return join(kubeconfigs, `${user}.json`);
}

/** Copies the administrator's kubeconfig to the path that other programs read: from then on they see the cluster. */
export function publishKubeconfig(cluster: LocalCluster): void {
  copyFileSync(kubeconfigPath(cluster, "admin"), cluster.paths.kubeconfig);
  chmodSync(cluster.paths.kubeconfig, 0o600);
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

function adminClient({ paths: { pki }, apiServer }: LocalCluster): ApiClient {
  const file = (name: string) => readFileSync(join(pki, name), "utf8");
  return new ApiClient(apiServer, file("ca.crt"), { certificate: file("admin.crt"), privateKey: file("admin.key") });
}
