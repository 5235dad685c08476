/** Kubernetes clusters of stand-in clouds: real API servers, each with its administrator's kubeconfig. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { poll } from "../../../lib/wait";
import type { PropertyMap } from "../../../provider/framework/property-value";
import type { Cloud, CloudResource } from "./cloud";
import { CloudError } from "./cloud-style";
import { kubeconfigsVariable } from "./variables";

export interface ClusterAccess {
  server: string;
  /** Certificate of the authority, base64 of PEM. */
  authority: string;
  /** The administrator's certificate, base64 of PEM. */
  certificate: string;
  key: string;
}

/** @param file kubeconfig of one of this project's own clusters: JSON, one context, embedded certificates */
export function readAccess(file: string): ClusterAccess {
  const { clusters, users } = JSON.parse(readFileSync(file, "utf8")) as {
    clusters: [{ cluster: Record<string, string> }];
    users: [{ user: Record<string, string> }];
  };
  const [{ cluster }] = clusters;
  const [{ user }] = users;
  return {
    server: cluster.server ?? "",
    authority: cluster["certificate-authority-data"] ?? "",
    certificate: user["client-certificate-data"] ?? "",
    key: user["client-key-data"] ?? "",
  };
}

export function kubeconfigFiles(): string[] {
  return (process.env[kubeconfigsVariable] ?? "").split(delimiter).filter(Boolean);
}

/** Hidden properties of a cluster: which of the given clusters it is. */
export interface HiddenCluster extends PropertyMap {
  kubeconfigFile: string;
  /** Namespaces that existed before. Objects in them do not belong to the test. */
  foreignNamespaces: string[];
}

/** File with the assigned clusters, one a line. A new cluster must be empty, so each is assigned once. */
const givenFile = "given-clusters";

/** Assigns an unused cluster, with snapshots if its settings include them. @throws CloudError when none is left */
export async function takeCluster(
  cloud: Cloud,
  { takesSnapshots = false }: { takesSnapshots?: boolean } = {},
): Promise<HiddenCluster> {
  const record = join(cloud.folder, givenFile);
  const given = existsSync(record) ? readFileSync(record, "utf8").split("\n") : [];
  const kubeconfigFile = kubeconfigFiles().find((each) => !given.includes(each));
  if (kubeconfigFile === undefined) {
    throw new CloudError("the quota of clusters is exceeded: the test gave no further one");
  }
  appendFileSync(record, `${kubeconfigFile}\n`);
  const access = readAccess(kubeconfigFile);
  if (takesSnapshots) await installSnapshotClasses(access);
  const namespaces = await list(access, "/api/v1/namespaces");
  return { kubeconfigFile, foreignNamespaces: namespaces.map(({ metadata }) => metadata.name) };
}

/** Suffix of a file beside a kubeconfig, with the process id of its API server, if no other cluster uses the server. */
export const processFileSuffix = ".pid";

/** Ends the API server of a deleted cluster. A server that others use, too, stays. */
export function stopCluster({ hidden }: CloudResource): void {
  const file = `${(hidden as HiddenCluster).kubeconfigFile}${processFileSuffix}`;
  if (existsSync(file)) process.kill(Number(readFileSync(file, "utf8")));
}

/**
 * Installs the part of a cloud's snapshot controller that this project needs: the definition of snapshot classes. It
 * takes no snapshots.
 */
export async function installSnapshotClasses(access: ClusterAccess): Promise<void> {
  const name = "volumesnapshotclasses.snapshot.storage.k8s.io";
  await apply(access, `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`, {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name,
      annotations: { "api-approved.kubernetes.io": "unapproved, stands in for the one of the add-on" },
    },
    spec: snapshotClasses,
  });
  const isServed = (): Promise<true | undefined> =>
    list(access, "/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses").then(
      () => true,
      () => undefined,
    );
  await poll(isServed, { what: "snapshot classes", timeoutSeconds: 30 });
}

const snapshotClasses = {
  group: "snapshot.storage.k8s.io",
  scope: "Cluster",
  names: { kind: "VolumeSnapshotClass", plural: "volumesnapshotclasses", singular: "volumesnapshotclass" },
  versions: [
    {
      name: "v1",
      served: true,
      storage: true,
      schema: {
        openAPIV3Schema: {
          type: "object",
          required: ["driver", "deletionPolicy"],
          properties: {
            driver: { type: "string" },
            deletionPolicy: { type: "string", enum: ["Delete", "Retain"] },
            parameters: { type: "object", additionalProperties: { type: "string" } },
          },
        },
      },
    },
  ],
};

/** Access to the cluster of a resource. */
export function accessOf(resource: { hidden?: PropertyMap }): ClusterAccess {
  return readAccess((resource.hidden as HiddenCluster).kubeconfigFile);
}

/** Suffix of a file beside an administrator's kubeconfig, with the kubeconfig that the cloud returns instead. */
const handedOutSuffix = ".handed-out";

/** The kubeconfig that the cloud returns for a cluster. */
export function kubeconfigOf({ hidden }: { hidden?: PropertyMap }): string {
  const { kubeconfigFile } = hidden as HiddenCluster;
  const file = `${kubeconfigFile}${handedOutSuffix}`;
  return readFileSync(existsSync(file) ? file : kubeconfigFile, "utf8");
}

/** Life of a token of {@link rotateCredential}, in seconds. */
const rotatedSeconds = 3600;

/** Makes the cloud return another credential for a cluster: a token, since only its authority can sign a certificate. */
export async function rotateCredential(kubeconfigFile: string): Promise<void> {
  const { users, ...rest } = JSON.parse(readFileSync(kubeconfigFile, "utf8")) as { users: { name: string }[] };
  const { token } = await issueToken(readAccess(kubeconfigFile), rotatedSeconds);
  const kubeconfig = { ...rest, users: users.map(({ name }) => ({ name, user: { token } })) };
  writeFileSync(`${kubeconfigFile}${handedOutSuffix}`, JSON.stringify(kubeconfig), { mode: 0o600 });
}

/** The user of a cloud's credentials inside the cluster. */
export const cloudUser = { namespace: "default", name: "cloud-user" };

/** Makes {@link cloudUser} an administrator of the cluster. */
export async function admitCloudUser(access: ClusterAccess): Promise<void> {
  const { namespace, name } = cloudUser;
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } };
  const binding = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  };
  await apply(access, `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`, account);
  await apply(access, `/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${name}`, binding);
}

/**
 * A token that every cluster of one tenant accepts as its administrator's, like AKS clusters one of Microsoft Entra.
 * Only API servers that were started with the token accept it.
 */
export const tenantToken = "token-of-the-tenant";

/** The shortest life that an API server gives a token, in seconds. */
const tokenSeconds = 600;

export interface Token {
  token: string;
  /** RFC 3339. */
  expirationTimestamp: string;
}

/** A new token of {@link cloudUser}. */
export async function issueToken(access: ClusterAccess, seconds = tokenSeconds): Promise<Token> {
  const { namespace, name } = cloudUser;
  const body = {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { expirationSeconds: seconds },
  };
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const { status } = (await call(access, "POST", path, body)) as { status: Token };
  return status;
}

/** Unique ids of the objects in a collection of the API, by name. A recreated object has another id. */
export async function uidsOf(access: ClusterAccess, path: string): Promise<Record<string, string>> {
  return Object.fromEntries((await list(access, path)).map(({ metadata }) => [metadata.name, metadata.uid]));
}

interface ListedObject {
  metadata: { name: string; uid: string; namespace?: string; annotations?: Record<string, string> };
  spec?: { type?: string; persistentVolumeReclaimPolicy?: string };
  status?: { phase?: string; loadBalancer?: { ingress?: unknown[] } };
}

const provisionedBy = "pv.kubernetes.io/provisioned-by";

/**
 * Disks and load balancers that the cluster's controllers made in the cloud, and that would remain after the cluster's
 * deletion. They depend on `names`: types of resources with ids.
 *
 * @param drivers CSI drivers whose volumes are resources of the cloud
 */
export async function leftInCluster(
  { id, hidden }: CloudResource,
  drivers: readonly string[],
  names: Record<string, string[]>,
): Promise<CloudResource[]> {
  const access = accessOf({ hidden });
  const volumes = await settledVolumes(access);
  const services = await list(access, "/api/v1/services");
  const foreign = (hidden as HiddenCluster).foreignNamespaces;
  const disks = volumes.filter(({ metadata }) => drivers.includes(metadata.annotations?.[provisionedBy] ?? ""));
  const balancers = services.filter(
    ({ metadata, spec }) => spec?.type === "LoadBalancer" && !foreign.includes(metadata.namespace ?? ""),
  );
  const left = (type: string, { metadata }: ListedObject, inputs: PropertyMap): CloudResource => ({
    type,
    id: [id, metadata.namespace, metadata.name].filter(Boolean).join("/"),
    inputs,
    outputs: {},
  });
  return [
    // A detached disk depends on nothing, but still costs.
    ...disks.map((disk) => left("left:disk", disk, {})),
    ...balancers.map((balancer) => left("left:load-balancer", balancer, names)),
  ];
}

/** Longest wait for volumes, in milliseconds. */
const settleMilliseconds = 30_000;

/**
 * All volumes, when no removal is in progress: a cloud takes minutes to delete a cluster, and its storage controllers
 * finish their work in this time.
 */
async function settledVolumes(access: ClusterAccess): Promise<ListedObject[]> {
  const end = Date.now() + settleMilliseconds;
  for (;;) {
    const volumes = await list(access, "/api/v1/persistentvolumes");
    const isBusy = volumes.some(
      ({ spec, status }) => status?.phase === "Released" && spec?.persistentVolumeReclaimPolicy === "Delete",
    );
    if (!isBusy || Date.now() > end) return volumes;
    await pause(200);
  }
}

async function list(access: ClusterAccess, path: string): Promise<ListedObject[]> {
  return ((await call(access, "GET", path)) as { items: ListedObject[] }).items;
}

/** Applies an object at a path of the API. */
export async function apply(access: ClusterAccess, path: string, body: object): Promise<void> {
  await call(access, "PATCH", `${path}?fieldManager=cloud&force=true`, body, "application/apply-patch+yaml");
}

async function call(
  { server, authority, certificate, key }: ClusterAccess,
  method: string,
  path: string,
  body?: object,
  contentType = "application/json",
): Promise<unknown> {
  const pem = (data: string): string => Buffer.from(data, "base64").toString("utf8");
  const agent = new Agent({ ca: pem(authority), cert: pem(certificate), key: pem(key) });
  const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const headers = { accept: "application/json", ...(body ? { "content-type": contentType } : {}) };
    const outgoing = request(server + path, { method, agent, headers, timeout: 10_000 }, (response) => {
      text(response).then((received) => resolve({ status: response.statusCode ?? 0, text: received }), reject);
    });
    outgoing.on("error", reject);
    outgoing.on("timeout", () => outgoing.destroy(new Error(`${method} ${server}${path}: no answer in 10 s`)));
    outgoing.end(body && JSON.stringify(body));
  });
  if (answer.status >= 300) {
    throw new Error(`${method} ${path}: the API server answered ${answer.status}: ${answer.text}`);
  }
  return JSON.parse(answer.text);
}
