/**
 * The part of the Kubernetes API that reaching and restarting a pod needs: list, watch and deletion of pods,
 * StatefulSets that make a deleted pod anew, workloads with a status, events, and port-forward by WebSocket to ports of this machine. Protocol: https://kubernetes.io/docs/reference/using-api/ and v4.channel.k8s.io.
 * It shows that the client speaks to such an API; that a real one agrees is what the tests on a cluster show.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { once } from "node:events";
import { WebSocketServer, type WebSocket } from "ws";

interface StubPod {
  isReady: boolean;
  /** Port in the pod -> port on this machine. */
  ports: Record<number, number>;
  /** Revision in the label of the StatefulSet controller. */
  revision?: string;
  uid?: string;
  /** Reason why its container waits. Default: the container runs. */
  waiting?: { reason: string; message: string } | undefined;
  /** Log of its init container `catch-up`, which runs. Default: there is no such container. */
  catchUpLog?: string;
  /** Labels besides those of the controllers. */
  labels?: Record<string, string>;
}

/** A StatefulSet of one pod, update strategy OnDelete. */
interface StubStatefulSet {
  /** Revision of the current template. */
  revision: string;
  /** Whether the successor of a deleted pod becomes Ready. */
  comesBack: boolean;
  /** Reason why the container of a deleted pod's successor waits. */
  waiting?: { reason: string; message: string };
  /** Whether a Ready pod has not been Ready for `minReadySeconds` yet. */
  isSettling?: boolean;
  /** The API server's objection to every pod that the controller wants to create. */
  refusal?: string;
}

/** A workload that restarts its pods by itself, in its controller's numbers. */
interface StubWorkload {
  wished: number;
  /** Pods of any template. */
  replicas: number;
  /** Pods of the newest template. */
  updated: number;
  available: number;
  /** The API server's objection to every pod that the controller wants to create. */
  refusal?: string;
}

interface StubEvent {
  namespace: string;
  involvedObject: { kind: string; name: string; uid?: string };
  reason: string;
  message: string;
  lastTimestamp: string;
}

/** An object of any kind, as the API server lists it. */
interface StubObject {
  metadata: { name: string; labels?: Record<string, string>; deletionTimestamp?: string };
  status?: object;
}

interface Watcher {
  key: string;
  response: ServerResponse;
}

const podsPath = /^\/api\/v1\/namespaces\/([^/]+)\/pods$/;
const podPath = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)$/;
const podLogPath = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/log$/;
const workloadsPath = /^\/apis\/apps\/v1\/namespaces\/([^/]+)\/(deployments|statefulsets)$/;
const workloadPath = /^\/apis\/apps\/v1\/namespaces\/([^/]+)\/(deployments|statefulsets)\/([^/]+)$/;
const eventsPath = /^\/api\/v1\/namespaces\/([^/]+)\/events$/;
const statefulSetPath = /^\/apis\/apps\/v1\/namespaces\/([^/]+)\/statefulsets\/([^/]+)$/;
const portForwardPath = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/portforward$/;
/** Fields by which the API server selects events; it answers 400 to all others. */
const eventFields = ["involvedObject.kind", "involvedObject.name", "involvedObject.uid", "reason", "type"];
const dataChannel = 0;
const errorChannel = 1;

export class StubKubernetes {
  private readonly pods = new Map<string, StubPod>();
  private readonly statefulSets = new Map<string, StubStatefulSet>();
  private readonly workloads = new Map<string, StubWorkload>();
  private readonly events: StubEvent[] = [];
  private readonly lists = new Map<string, StubObject[]>();
  private readonly watchers = new Set<Watcher>();
  private readonly sockets = new WebSocketServer({ noServer: true, handleProtocols: () => "v4.channel.k8s.io" });
  private readonly server: Server = createServer((request, response) => this.answer(request, response));
  /** Status to refuse every request with, for example 403. */
  refuseWith: number | undefined;
  /** Milliseconds after which it ends a watch, as API servers do after half an hour or more. */
  watchMs = 1_800_000;
  /** Port-forwards opened so far. */
  forwards = 0;

  static async start(): Promise<StubKubernetes> {
    const stub = new StubKubernetes();
    stub.server.on("upgrade", (request, socket, head) => {
      if (stub.refuseWith !== undefined) {
        socket.end(`HTTP/1.1 ${stub.refuseWith} Refused\r\nConnection: close\r\n\r\n`);
        return;
      }
      stub.sockets.handleUpgrade(request, socket, head, (webSocket) => stub.forward(request, webSocket));
    });
    stub.server.listen(0, "127.0.0.1");
    await once(stub.server, "listening");
    return stub;
  }

  get kubeconfig(): string {
    const { port } = this.server.address() as AddressInfo;
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "stub", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
      users: [{ name: "stub", user: { token: "stub" } }],
      contexts: [{ name: "stub", context: { cluster: "stub", user: "stub" } }],
      "current-context": "stub",
    });
  }

  setPod(namespace: string, name: string, pod: StubPod): void {
    const key = `${namespace}/${name}`;
    const type = this.pods.has(key) ? "MODIFIED" : "ADDED";
    this.pods.set(key, pod);
    this.tell(key, type, pod);
  }

  setStatefulSet(namespace: string, name: string, statefulSet: StubStatefulSet): void {
    this.statefulSets.set(`${namespace}/${name}`, statefulSet);
  }

  /** As its controller reports it: a Deployment tells in its conditions of a pod that cannot be made, a StatefulSet by an event. */
  setWorkload(kind: "Deployment" | "StatefulSet", namespace: string, name: string, workload: StubWorkload): void {
    const key = `${namespace}/${kind.toLowerCase()}s/${name}`;
    const type = this.workloads.has(key) ? "MODIFIED" : "ADDED";
    this.workloads.set(key, workload);
    if (kind === "StatefulSet" && workload.refusal !== undefined) {
      this.refusePod(namespace, name, `${name}-${workload.replicas}`, workload.refusal);
    }
    const line = `${JSON.stringify({ type, object: workloadObject(key, workload) })}\n`;
    for (const watcher of this.watchers) if (watcher.key === key) watcher.response.write(line);
  }

  /** Objects of one kind and namespace. A kind without any list is unknown to the API server. */
  setList(path: string, objects: StubObject[]): void {
    this.lists.set(path, objects);
  }

  /** The StatefulSet controller's event about a pod that it could not create. */
  refusePod(namespace: string, statefulSet: string, pod: string, objection: string): void {
    const message = `create Pod ${pod} in StatefulSet ${statefulSet} failed error: ${objection}`;
    this.addEvent(namespace, { kind: "StatefulSet", name: statefulSet }, "FailedCreate", message);
  }

  /** @param ageSeconds how long ago it was seen last */
  addEvent(
    namespace: string,
    involvedObject: StubEvent["involvedObject"],
    reason: string,
    message: string,
    ageSeconds = 0,
  ): void {
    // Times of events have whole seconds.
    const lastTimestamp = `${new Date(Date.now() - ageSeconds * 1000).toISOString().slice(0, -".000Z".length)}Z`;
    this.events.push({ namespace, involvedObject, reason, message, lastTimestamp });
  }

  /** Deletions of pods so far: which, and which pods were not Ready at that moment. */
  readonly deletions: { pod: string; notReady: string[] }[] = [];

  removePod(namespace: string, name: string): void {
    const key = `${namespace}/${name}`;
    const pod = this.pods.get(key);
    this.pods.delete(key);
    if (pod !== undefined) this.tell(key, "DELETED", pod);
  }

  /** Resolves when a client watches the pod. */
  async watched(namespace: string, name: string): Promise<void> {
    while (![...this.watchers].some(({ key }) => key === `${namespace}/${name}`)) await once(this.server, "watch");
  }

  /** Resolves when a client was told of a pod that is Ready, but not for long enough. */
  async settling(): Promise<void> {
    await once(this.server, "settling");
  }

  /** Resolves with the next port-forward. */
  async forwarded(): Promise<void> {
    await once(this.server, "forward");
  }

  async close(): Promise<void> {
    for (const socket of this.sockets.clients) socket.terminate();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  private tell(key: string, type: string, pod: StubPod): void {
    for (const watcher of this.watchers) {
      if (watcher.key === key) watcher.response.write(`${JSON.stringify({ type, object: podObject(key, pod) })}\n`);
    }
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "", "http://stub");
    if (this.refuseWith === undefined && this.answerOfWorkloads(url, response)) return;
    const namespace = podsPath.exec(url.pathname)?.[1];
    const object = this.objectAt(url.pathname);
    if (this.refuseWith === undefined && object !== undefined) {
      if (request.method === "DELETE") void this.deletePod(request, object.key, response);
      else respond(response, 200, object.body);
      return;
    }
    if (this.refuseWith !== undefined || namespace === undefined) {
      const code = this.refuseWith ?? 404;
      respond(response, code, { kind: "Status", status: "Failure", code });
      return;
    }
    const name = url.searchParams.get("fieldSelector")?.replace("metadata.name=", "") ?? "";
    const key = `${namespace}/${name}`;
    if (url.searchParams.get("watch") === "true") return this.watch(key, response);
    response.writeHead(200, { "content-type": "application/json" });
    const isMeant = (each: string): boolean => (name === "" ? each.startsWith(`${namespace}/`) : each === key);
    const keys = [...this.pods.keys()].filter(isMeant);
    const labels = url.searchParams.get("labelSelector");
    const items = keys
      .map((each) => podObject(each, this.pods.get(each) as StubPod))
      .filter((pod) => hasLabels(pod.metadata.labels, labels));
    response.end(JSON.stringify({ kind: "PodList", apiVersion: "v1", metadata: { resourceVersion: "1" }, items }));
  }

  /** Events, and workloads that restart their pods by themselves. */
  private answerOfWorkloads(url: URL, response: ServerResponse): boolean {
    const selector = url.searchParams.get("fieldSelector") ?? "";
    const list = this.lists.get(url.pathname);
    if (list !== undefined) {
      const labels = url.searchParams.get("labelSelector");
      const items = list.filter(({ metadata }) => hasLabels(metadata.labels ?? {}, labels));
      respond(response, 200, { apiVersion: "v1", metadata: { resourceVersion: "1" }, items });
      return true;
    }
    const [, logNamespace, logPod] = podLogPath.exec(url.pathname) ?? [];
    const log = this.pods.get(`${logNamespace}/${logPod}`)?.catchUpLog;
    if (log !== undefined && url.searchParams.get("container") === "catch-up") {
      response.writeHead(200, { "content-type": "text/plain" }).end(log);
      return true;
    }
    const [, eventNamespace] = eventsPath.exec(url.pathname) ?? [];
    if (eventNamespace !== undefined) {
      this.answerEvents(eventNamespace, selector, response);
      return true;
    }
    const [, namespace, kind, name] = workloadPath.exec(url.pathname) ?? [];
    const key = `${namespace}/${kind}/${name}`;
    const workload = this.workloads.get(key);
    if (workload !== undefined) {
      respond(response, 200, workloadObject(key, workload));
      return true;
    }
    const [, watchedNamespace, watchedKind] = workloadsPath.exec(url.pathname) ?? [];
    if (watchedNamespace === undefined || url.searchParams.get("watch") !== "true") return false;
    this.watch(`${watchedNamespace}/${watchedKind}/${selector.replace("metadata.name=", "")}`, response);
    return true;
  }

  private answerEvents(namespace: string, selector: string, response: ServerResponse): void {
    const terms = selector.split(",").map((term) => term.split("=") as [string, string]);
    if (!terms.every(([field]) => eventFields.includes(field))) {
      respond(response, 400, { kind: "Status", status: "Failure", code: 400, message: "field label not supported" });
      return;
    }
    const items = this.events
      .filter((event) => event.namespace === namespace && terms.every(([field, value]) => at(event, field) === value))
      .map((event, index) => ({ metadata: { namespace, name: `event-${index}` }, ...event }));
    respond(response, 200, { kind: "EventList", apiVersion: "v1", metadata: { resourceVersion: "1" }, items });
  }

  private watch(key: string, response: ServerResponse): void {
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    const watcher = { key, response };
    this.watchers.add(watcher);
    const end = setTimeout(() => response.end(), this.watchMs);
    response.on("close", () => {
      clearTimeout(end);
      this.watchers.delete(watcher);
    });
    this.server.emit("watch");
  }

  private objectAt(path: string): { key: string; body: object } | undefined {
    const [, podNamespace, podName] = podPath.exec(path) ?? [];
    const pod = this.pods.get(`${podNamespace}/${podName}`);
    if (pod !== undefined) {
      return { key: `${podNamespace}/${podName}`, body: podObject(`${podNamespace}/${podName}`, pod) };
    }
    const [, namespace, name] = statefulSetPath.exec(path) ?? [];
    const statefulSet = this.statefulSets.get(`${namespace}/${name}`);
    if (statefulSet === undefined) return undefined;
    const isReady = this.pods.get(`${namespace}/${name}-0`)?.isReady === true;
    const availableReplicas = isReady && statefulSet.isSettling !== true ? 1 : 0;
    const status = { observedGeneration: 1, replicas: 1, availableReplicas, updateRevision: statefulSet.revision };
    if (isReady && availableReplicas === 0) this.server.emit("settling");
    return { key: `${namespace}/${name}`, body: { metadata: { namespace, name, generation: 1 }, status } };
  }

  /** Deletes a pod if its uid is the requested one, and creates its successor from the current StatefulSet. */
  private async deletePod(request: IncomingMessage, key: string, response: ServerResponse): Promise<void> {
    const chunks = (await request.toArray()) as Buffer[];
    const { preconditions } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { preconditions: { uid: string } };
    const pod = this.pods.get(key);
    if (pod === undefined || pod.uid !== preconditions.uid) {
      respond(response, 409, { kind: "Status", status: "Failure", code: 409 });
      return;
    }
    const others = [...this.pods].filter(([other, { isReady }]) => other !== key && !isReady);
    this.deletions.push({ pod: key, notReady: others.map(([other]) => other) });
    const [namespace = "", name = ""] = key.split("/");
    this.removePod(namespace, name);
    respond(response, 200, { kind: "Status", status: "Success" });
    const statefulSet = key.slice(0, -"-0".length);
    const { revision, comesBack, waiting, refusal } = this.statefulSets.get(statefulSet) as StubStatefulSet;
    if (refusal !== undefined) return this.refusePod(namespace, name.slice(0, -"-0".length), name, refusal);
    this.setPod(namespace, name, { ...pod, revision, waiting, isReady: comesBack, uid: `${pod.uid}+` });
  }

  private forward(request: IncomingMessage, webSocket: WebSocket): void {
    this.forwards += 1;
    this.server.emit("forward");
    const url = new URL(request.url ?? "", "http://stub");
    const [, namespace, name] = portForwardPath.exec(url.pathname) ?? [];
    const podPort = Number(url.searchParams.get("ports"));
    const send = (channel: number, bytes: Uint8Array): void =>
      webSocket.send(Buffer.concat([Buffer.of(channel), bytes]));
    const portBytes = Buffer.of(podPort & 0xff, podPort >> 8);
    send(dataChannel, portBytes);
    send(errorChannel, portBytes);
    const pod = this.pods.get(`${namespace}/${name}`);
    const target = connect(pod?.ports[podPort] ?? 0, "127.0.0.1");
    target.on("data", (bytes) => send(dataChannel, bytes));
    target.on("error", (error) => {
      send(errorChannel, Buffer.from(error.message));
      webSocket.close();
    });
    target.on("close", () => webSocket.close());
    webSocket.on("message", (bytes: Buffer) => {
      if (bytes[0] === dataChannel) target.write(bytes.subarray(1));
    });
    webSocket.on("close", () => target.destroy());
  }
}

function workloadObject(key: string, { wished, replicas, updated, available, refusal }: StubWorkload) {
  const [namespace = "", kind, name = ""] = key.split("/");
  const conditions =
    kind === "deployments" && refusal !== undefined
      ? [{ type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: refusal }]
      : [];
  return {
    metadata: { namespace, name, generation: 1, resourceVersion: "1" },
    spec: { replicas: wished, selector: { matchLabels: { app: name } } },
    status: {
      observedGeneration: 1,
      replicas,
      updatedReplicas: updated,
      availableReplicas: available,
      conditions,
    },
  };
}

/** Value of a field, by the name that selectors give it. */
function at(object: object, field: string): unknown {
  return field
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
}

function hasLabels(labels: Record<string, string | undefined>, selector: string | null): boolean {
  const terms = (selector ?? "").split(",").filter((term) => term !== "");
  return terms.every((term) => {
    const [key = "", value] = term.split("=");
    return value === undefined ? key in labels : labels[key] === value;
  });
}

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function podObject(key: string, { isReady, revision, uid, waiting, catchUpLog, labels = {} }: StubPod) {
  const [namespace, name] = key.split("/");
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, name, uid, labels: { ...labels, "controller-revision-hash": revision } },
    spec: { containers: [] },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: isReady ? "True" : "False" }],
      ...(catchUpLog === undefined
        ? {}
        : {
            initContainerStatuses: [
              { name: "catch-up", ready: false, restartCount: 0, image: "", imageID: "", state: { running: {} } },
            ],
          }),
      containerStatuses: [
        {
          name: "node",
          ready: isReady,
          restartCount: 0,
          image: "",
          imageID: "",
          state: waiting ? { waiting } : { running: {} },
        },
      ],
    },
  };
}
