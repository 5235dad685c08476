import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parse } from "yaml";
import type { KeyPair } from "./pki";

export interface KubeconfigInput {
  /** Name of the cluster, user and context. */
  name: string;
  server: string;
  /** Certificate of the authority that the server's certificate chains to, PEM. */
  authority: string;
  user: KeyPair;
}

/** A kubeconfig as JSON: one cluster, one user, one context, with embedded certificates and a fixed order of keys. */
export function buildKubeconfig({ name, server, authority, user }: KubeconfigInput): string {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": base64(authority) } }],
    users: [
      {
        name,
        user: { "client-certificate-data": base64(user.certificate), "client-key-data": base64(user.privateKey) },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
  return JSON.stringify(config, undefined, 2) + "\n";
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

interface Kubeconfig {
  clusters: { cluster: { server: string; "certificate-authority-data": string } }[];
  users: { user: { "client-certificate-data": string; "client-key-data": string } }[];
}

/** Server and credentials from a kubeconfig of this form or of kind's, as JSON or YAML. */
export function readKubeconfig(text: string): Omit<KubeconfigInput, "name"> {
  const { clusters, users } = parse(text) as Kubeconfig;
  const [cluster, user] = [clusters[0]?.cluster, users[0]?.user];
  if (cluster === undefined || user === undefined) throw new Error("the kubeconfig has no cluster or no user");
  const decode = (value: string) => Buffer.from(value, "base64").toString();
  return {
    server: cluster.server,
    authority: decode(cluster["certificate-authority-data"]),
    user: { certificate: decode(user["client-certificate-data"]), privateKey: decode(user["client-key-data"]) },
  };
}

/** Writes a kubeconfig that only its owner can read. */
export function writeKubeconfig(path: string, kubeconfig: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, kubeconfig, { mode: 0o600 });
}
