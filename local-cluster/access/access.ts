import { copyFileSync, chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ApiClient } from "./api-client";
import { buildKubeconfig, writeKubeconfig } from "./kubeconfig";
import { createPki, users } from "./pki";
import { apiServer, paths, type NodeHost } from "../settings";

/** Creates the keys and certificates of a new cluster, and a kubeconfig for each of its users. */
export async function createAccess(nodes: readonly NodeHost[]): Promise<void> {
  const { ca, certificates } = await createPki(paths.pki, nodes);
  for (const { name } of [...users, ...nodes]) {
    const user = certificates[name];
    if (user === undefined) throw new Error(`no certificate was made for ${name}`);
    writeKubeconfig(kubeconfigPath(name), buildKubeconfig({ server: apiServer, authority: ca.certificate, user }));
  }
}

function kubeconfigPath(user: string): string {
  return join(paths.kubeconfigs, `${user}.json`);
}

/** Copies the administrator's kubeconfig to the path that other programs read: from then on they see the cluster. */
export function publishKubeconfig(): void {
  copyFileSync(kubeconfigPath("admin"), paths.kubeconfig);
  chmodSync(paths.kubeconfig, 0o600);
}

function adminClient(): ApiClient {
  const file = (name: string) => readFileSync(join(paths.pki, name), "utf8");
  return new ApiClient(apiServer, file("ca.crt"), { certificate: file("admin.crt"), privateKey: file("admin.key") });
}

/** Gives `use` the administrator's connection to the API server, and closes it afterwards. */
export async function withAdminClient<T>(use: (admin: ApiClient) => Promise<T>): Promise<T> {
  const admin = adminClient();
  try {
    return await use(admin);
  } finally {
    admin.close();
  }
}
