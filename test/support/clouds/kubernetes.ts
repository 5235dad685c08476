/** The Kubernetes clusters that stand-in clouds give out: real API servers, known by their administrators' kubeconfigs. */
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
  /** The administrator's, base64 of PEM. */
  certificate: string;
  key: string;
}

/** @param file kubeconfig of this project's own clusters: JSON, one context, everything inside */
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

/** What the cloud knows of a cluster and does not tell: which of the given clusters it is. */
export interface HiddenCluster extends PropertyMap {
  kubeconfigFile: string;
  /** Namespaces that were there before: what is in them belongs to somebody else. */
  foreignNamespaces: string[];
}

/** Names the clusters that were given out, one a line: a new cluster is an empty one. */
const givenFile = "given-clusters";

/** Takes a cluster that nobody had before; with snapshots, if its settings bring them. @throws CloudError when there is none */
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

/** Beside a kubeconfig: the process id of its API server, where that is the cluster's alone. */
export const processFileSuffix = ".pid";

/** A deleted cluster answers nobody. One that others use, too, stays. */
export function stopCluster({ hidden }: CloudResource): void {
  const file = `${(hidden as HiddenCluster).kubeconfigFile}${processFileSuffix}`;
  if (existsSync(file)) process.kill(Number(readFileSync(file, "utf8")));
}

/**
 * Gives the cluster what a cloud's snapshot controller brings, as far as this project asks for it: the definition of
 * snapshot classes. No snapshot is taken by it.
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

/** How the cluster behind a resource is reached. */
export function accessOf(resource: { hidden?: PropertyMap }): ClusterAccess {
  return readAccess((resource.hidden as HiddenCluster).kubeconfigFile);
}

/** Beside an administrator's kubeconfig: the one that the cloud hands out now, where that is another. */
const handedOutSuffix = ".handed-out";

/** The kubeconfig that the cloud hands out for a cluster. */
export function kubeconfigOf({ hidden }: { hidden?: PropertyMap }): string {
  const { kubeconfigFile } = hidden as HiddenCluster;
  const file = `${kubeconfigFile}${handedOutSuffix}`;
  return readFileSync(existsSync(file) ? file : kubeconfigFile, "utf8");
}

/** Life of what {@link rotateCredential} makes, in seconds. */
const rotatedSeconds = 3600;

/** Lets the cloud hand out another credential for a cluster: here a token, since only its authority could sign a certificate. */
export async function rotateCredential(kubeconfigFile: string): Promise<void> {
  const { users, ...rest } = JSON.parse(readFileSync(kubeconfigFile, "utf8")) as { users: { name: string }[] };
  const { token } = await issueToken(readAccess(kubeconfigFile), rotatedSeconds);
  const kubeconfig = { ...rest, users: users.map(({ name }) => ({ name, user: { token } })) };
  writeFileSync(`${kubeconfigFile}${handedOutSuffix}`, JSON.stringify(kubeconfig), { mode: 0o600 });
}

/** The user that a cloud's credentials stand for inside the cluster. */
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
 * A token that every cluster of one tenant takes for its administrator's, as AKS clusters take one of Microsoft Entra. Only
 * API servers that were started with it know it.
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

/** Unique ids of the objects in a collection of the API, by name: another id is another object. */
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
 * Disks and load balancers that the cluster's controllers made in the cloud, and that nobody will remove any more when
 * the cluster is gone. They hang on `names`: types of resources with ids.
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
    // A detached disk hangs on nothing, and goes on to cost.
    ...disks.map((disk) => left("left:disk", disk, {})),
    ...balancers.map((balancer) => left("left:load-balancer", balancer, names)),
  ];
}

/** Longest wait for volumes, in milliseconds. */
const settleMilliseconds = 30_000;

/**
 * All volumes, once none is being removed any more: to delete a cluster takes a cloud minutes, in which its storage
 * controllers go on with what they have begun.
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

/** Makes the object at a path of the API be as given. */
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
