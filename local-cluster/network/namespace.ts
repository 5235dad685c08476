import { join } from "node:path";
import type { LocalCluster } from "../settings";

/** Directory of the machine's network namespaces, see ip-netns(8). */
export const namespaceDirectory = "/run/netns";

/** Name of a host's network namespace. */
export function networkNamespace({ prefix }: LocalCluster, host: string): string {
  return `${prefix}-${host}`;
}

export function namespaceFile(namespace: string): string {
  return join(namespaceDirectory, namespace);
}
