/** The part of the Kubernetes API that stores objects and removes a namespace with them. Every pod is Ready at once. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { KubeConfig } from "@kubernetes/client-node";

interface StubObject {
  metadata: { name: string; uid?: string; labels?: Record<string, string> };
  [field: string]: unknown;
}

const namespacePath = /^\/api\/v1\/namespaces\/[^/]+$/;

export class StubApi {
  /** By path: `/api/v1/namespaces/fabric-org1/pods/peer0-0`. */
  readonly objects = new Map<string, StubObject>();
  /** Changes that were asked for: `DELETE /api/v1/namespaces/fabric-org1`. */
  readonly changes: string[] = [];
  /** Statuses of calls that it refuses, by `PATCH /api/v1/persistentvolumes/disk`. */
  readonly refusals = new Map<string, number>();
  /** Names of pods that never become Ready. */
  readonly stuck = new Set<string>();
  private readonly server: Server = createServer((request, response) => void this.answer(request, response));

  static async start(): Promise<StubApi> {
    const stub = new StubApi();
    stub.server.listen(0, "127.0.0.1");
    await once(stub.server, "listening");
    return stub;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  get config(): KubeConfig {
    const { port } = this.server.address() as AddressInfo;
    const config = new KubeConfig();
    config.loadFromClusterAndUser(
      { name: "stub", server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
      { name: "stub", token: "stub" },
    );
    return config;
  }

  /** @param collection path without the object's name */
  add(collection: string, object: StubObject): void {
    const { name } = object.metadata;
    this.objects.set(`${collection}/${name}`, {
      ...object,
      metadata: { uid: `${name} of ${collection}`, ...object.metadata },
    });
  }

  /** An object with the fields of its kind that a test looks at. */
  get(path: string): StubObject | undefined {
    return this.objects.get(path);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "" } = request;
    const { pathname } = new URL(request.url ?? "", "http://stub");
    const call = `${method} ${pathname}`;
    const body = method === "GET" ? undefined : await bodyOf(request);
    if (method !== "GET") this.changes.push(call);
    const refusal = this.refusals.get(call);
    const [status, answer] = refusal === undefined ? this.done(method, pathname, body) : [refusal, undefined];
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? { kind: "Status", message: `user "stub" got ${status} for ${call}` }));
  }

  private done(method: string, path: string, body: StubObject | undefined): [status: number, answer?: object] {
    const found = this.objects.get(path);
    if (method === "POST" && body !== undefined) {
      const name = `${path}/${body.metadata.name}`;
      if (this.objects.has(name)) return [409];
      this.add(path, path.endsWith("/pods") ? { ...body, status: this.podStatus(body) } : body);
      return [201, this.objects.get(name)];
    }
    if (method === "PATCH" && found !== undefined) {
      this.objects.set(path, { ...found, spec: { ...(found.spec as object), ...(body?.spec as object) } });
      return [200, this.objects.get(path)];
    }
    if (method === "DELETE") return this.deleted(path);
    if (found !== undefined) return [200, found];
    const items = this.under(path).filter((name) => !name.slice(path.length + 1).includes("/"));
    const isCollection = items.length > 0 || /\/(persistentvolumes|persistentvolumeclaims)$/.test(path);
    return isCollection ? [200, { items: items.map((name) => this.objects.get(name)) }] : [404];
  }

  /** Deletes an object, with all in it if it is a namespace, or a collection. */
  private deleted(path: string): [status: number, answer?: object] {
    if (namespacePath.test(path) && !this.objects.has(path)) return [404];
    for (const name of [path, ...this.under(path)]) this.objects.delete(name);
    return [200, {}];
  }

  private under(path: string): string[] {
    return [...this.objects.keys()].filter((name) => name.startsWith(`${path}/`));
  }

  private podStatus({ metadata }: StubObject): object {
    const status = this.stuck.has(metadata.name) ? "False" : "True";
    return { phase: "Running", conditions: [{ type: "Ready", status }] };
  }
}

async function bodyOf(request: IncomingMessage): Promise<StubObject | undefined> {
  return (await json(request).catch(() => undefined)) as StubObject | undefined;
}
