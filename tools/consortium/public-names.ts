/** Public names of a company's nodes: records that a DNS of the internet would have, in the DNS of another local cluster. */
import { createHash } from "node:crypto";
import { run } from "../../lib/process";
import { clusterPaths, productName } from "../../local-cluster/settings";

/** Nodes of an organisation that are reached from outside of their cluster. */
interface Ways {
  publicEndpoints?: { host: string; address?: string }[];
}

/** The part of a Fabric network's outputs that names them. */
export interface NamingOutputs {
  fabric: { organizations: Record<string, Ways>; ordererOrganizations: Record<string, Ways> };
}

export interface AddressRecord {
  host: string;
  address: string;
}

/** Public names of a network, with the addresses that its cluster gave them. */
export function publicNames({ fabric: { organizations, ordererOrganizations } }: NamingOutputs): AddressRecord[] {
  return [...Object.values(ordererOrganizations), ...Object.values(organizations)].flatMap(({ publicEndpoints = [] }) =>
    publicEndpoints.flatMap(({ host, address }) => (address === undefined ? [] : [{ host, address }])),
  );
}

const namespace = "kube-system";
/** Block of the Corefile for the names of other companies. */
const key = "partners.server";

/**
 * Lets the pods of a local cluster resolve these names, in place of those that it was told before. Resolves when all of its DNS does.
 *
 * @param cluster name of the cluster
 */
export async function resolveNames(cluster: string, records: readonly AddressRecord[]): Promise<void> {
  const kubectl = (words: string[], input?: string): Promise<string> =>
    run("kubectl", ["--kubeconfig", clusterPaths(cluster).kubeconfig, "--namespace", namespace, ...words], { input });
  const text = serverBlock(records);
  const metadata = { name: "coredns-custom", namespace };
  const block = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { [key]: text } };
  await kubectl(["apply", "--server-side", "--force-conflicts", "--filename", "-"], JSON.stringify(block));
  // Pods read the block when they start. Another digest of it makes other pods.
  const annotations = { [`${productName}/names`]: createHash("sha256").update(text).digest("hex") };
  const patch = { spec: { template: { metadata: { annotations } } } };
  await kubectl(["patch", "deployment", "coredns", "--patch", JSON.stringify(patch)]);
  await kubectl(["rollout", "status", "deployment/coredns", "--timeout=120s"]);
}

/** Block of CoreDNS that answers for the zones of these names, and for nothing below other names. */
export function serverBlock(records: readonly AddressRecord[]): string {
  const zones = [...new Set(records.map(({ host }) => host.slice(host.indexOf(".") + 1)))].sort();
  const lines = records.map(({ host, address }) => `    ${address} ${host}\n`).join("");
  return `${zones.join(" ")} {\n  errors\n  hosts {\n${lines}  }\n}\n`;
}
