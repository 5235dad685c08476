import { Agent, request, type RequestOptions } from "node:https";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { linesOf } from "../../lib/lines";
import type { KeyPair } from "./pki";
import { productName } from "../settings";

/** Fields of every Kubernetes object. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [field: string]: unknown;
}

/** Kinds of the cluster's own objects -> their names in URLs. */
const plurals: Record<string, string> = {
  Namespace: "namespaces",
  Node: "nodes",
  ConfigMap: "configmaps",
  Service: "services",
  ServiceAccount: "serviceaccounts",
  ClusterRole: "clusterroles",
  ClusterRoleBinding: "clusterrolebindings",
  RoleBinding: "rolebindings",
  APIService: "apiservices",
  CSIDriver: "csidrivers",
  CustomResourceDefinition: "customresourcedefinitions",
  DaemonSet: "daemonsets",
  Deployment: "deployments",
  Secret: "secrets",
  NetworkPolicy: "networkpolicies",
};

/** URL path of an object. */
function objectPath({ apiVersion, kind, metadata }: KubernetesObject): string {
  const plural = plurals[kind];
  if (plural === undefined) throw new Error(`no URL known for kind ${kind}`);
  const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const namespace = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
  return `${group}${namespace}/${plural}/${metadata.name}`;
}

interface WatchEvent {
  type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  object: KubernetesObject & { metadata: { resourceVersion: string } };
}

interface ObjectList {
  metadata: { resourceVersion: string };
  items: KubernetesObject[];
}

/** The calls that the start of a cluster needs. */
export class ApiClient {
  private readonly agent: Agent;

  constructor(
    private readonly server: string,
    authority: string,
    user: KeyPair,
  ) {
    this.agent = new Agent({ keepAlive: true, ca: authority, cert: user.certificate, key: user.privateKey });
  }

  /** Whether the API server and all its start-up steps are done. */
  async isReady(): Promise<boolean> {
    try {
      const response = await this.send("GET", "/readyz", { timeoutMs: 2000 });
      response.resume();
      return response.statusCode === 200;
    } catch {
      return false;
    }
  }

  /**
   * Applies an object (server-side apply).
   *
   * @throws Error with the answer of the API server.
   */
  async apply(object: KubernetesObject): Promise<void> {
    const path = `${objectPath(object)}?fieldManager=${productName}&force=true`;
    const response = await this.send("PATCH", path, { body: object, contentType: "application/apply-patch+yaml" });
    await answer(response, `${object.kind} ${object.metadata.name}`);
  }

  /** Deletes an object, and all that it owns, unless it is gone. */
  async remove(object: KubernetesObject): Promise<void> {
    const response = await this.send("DELETE", `${objectPath(object)}?propagationPolicy=Background`);
    if (response.statusCode === 404) response.resume();
    else await answer(response, `${object.kind} ${object.metadata.name}`);
  }

  async list(path: string): Promise<ObjectList> {
    return JSON.parse(await answer(await this.send("GET", path), path)) as ObjectList;
  }

  /**
   * Waits until the objects of a collection meet a condition, by list and watch.
   *
   * @param path of the collection, `/api/v1/nodes`
   * @throws Error after the timeout, with the last objects' names.
   */
  async waitFor(
    path: string,
    condition: (objects: KubernetesObject[]) => boolean,
    options: { what: string; timeoutSeconds: number },
  ): Promise<void> {
    const end = performance.now() + options.timeoutSeconds * 1000;
    for (;;) {
      const { items, metadata } = await this.list(path);
      const objects = new Map(items.map((item) => [item.metadata.name, item]));
      if (condition([...objects.values()])) return;
      const remaining = Math.ceil((end - performance.now()) / 1000);
      if (remaining <= 0) throw new Error(`${options.what}: not within ${options.timeoutSeconds} s`);
      if (await this.watchUntil(path, metadata.resourceVersion, objects, condition, remaining)) return;
    }
  }

  /** Answers false when the watch ended by its timeout or an error. The caller must then read the list again. */
  private async watchUntil(
    path: string,
    resourceVersion: string,
    objects: Map<string, KubernetesObject>,
    condition: (objects: KubernetesObject[]) => boolean,
    timeoutSeconds: number,
  ): Promise<boolean> {
    const query = `watch=true&resourceVersion=${resourceVersion}&timeoutSeconds=${timeoutSeconds}`;
    const response = await this.send("GET", `${path}?${query}`);
    try {
      for await (const line of linesOf(response)) {
        const { type, object } = JSON.parse(line) as WatchEvent;
        if (type === "ERROR") return false;
        if (type === "DELETED") objects.delete(object.metadata.name);
        else if (type !== "BOOKMARK") objects.set(object.metadata.name, object);
        if (condition([...objects.values()])) return true;
      }
      return false;
    } finally {
      response.destroy();
    }
  }

  /** Closes idle connections, so that the process can end. */
  close(): void {
    this.agent.destroy();
  }

  private send(
    method: string,
    path: string,
    { body, contentType, timeoutMs }: { body?: unknown; contentType?: string; timeoutMs?: number } = {},
  ): Promise<IncomingMessage> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers: Record<string, string> = { accept: "application/json" };
    if (contentType !== undefined) headers["content-type"] = contentType;
    const options: RequestOptions = { method, agent: this.agent, headers, timeout: timeoutMs };
    return new Promise((resolve, reject) => {
      const outgoing = request(this.server + path, options, resolve);
      outgoing.on("error", reject);
      outgoing.on("timeout", () => outgoing.destroy(new Error(`${method} ${path}: no answer in ${timeoutMs} ms`)));
      outgoing.end(payload);
    });
  }
}

async function answer(response: IncomingMessage, what: string): Promise<string> {
  const body = await text(response);
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return body;
  throw new Error(`${what}: the API server answered ${status}: ${body}`);
}
