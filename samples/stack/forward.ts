import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { CoreV1Api, KubeConfig, PortForward, type V1Pod } from "@kubernetes/client-node";

/** The needed part of a WebSocket, whose type differs between `ws` and browsers. */
interface Tunnel {
  close(): void;
  addEventListener(type: "close" | "error", listener: () => void): void;
}

/** A port of a pod, at an address of this machine until `close`. */
export interface Route {
  host: string;
  port: number;
  close(): Promise<void>;
}

/** Waits until one of some pods is ready, and forwards a port that all of them have. */
export type Forward = (namespace: string, pods: readonly string[], port: number) => Promise<Route>;

/** Longest wait for a ready pod, in seconds. */
const readySeconds = 120;
const pauseMs = 500;

/** Final refusals of the Kubernetes API: unauthorized, forbidden. */
const finalStatuses = [401, 403];

/**
 * Forwards ports through the Kubernetes API, like `kubectl port-forward`. Each connection has its own forward, so that a
 * new connection works after a restart of the pod. Of several pods each connection takes the next that is ready, as it
 * might behind their Service: whoever connects again because a pod's machine fell silent reaches another pod.
 */
export function forwarder(kubeconfig: string): Forward {
  return async (namespace, pods, port) => {
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    const turn = new Turn(config.makeApiClient(CoreV1Api), namespace, pods);
    await turn.untilOneIsReady();
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.once("close", () => sockets.delete(socket)));
      void connect(new PortForward(config), namespace, turn.next(), port, socket);
    });
    await listen(server);
    return {
      host: "127.0.0.1",
      port: (server.address() as AddressInfo).port,
      close: async () => {
        sockets.forEach((socket) => socket.destroy());
        await new Promise((resolve) => server.close(resolve));
      },
    };
  };
}

/** Which of some pods is next. */
class Turn {
  /** Index of the next pod. */
  private at = 0;

  constructor(
    private readonly api: CoreV1Api,
    private readonly namespace: string,
    private readonly pods: readonly string[],
  ) {}

  /** The next ready pod; of one pod alone, that one, and if none is ready the next. */
  async next(): Promise<string> {
    const { pods } = this;
    if (pods.length === 1) return pods[0]!;
    const states = await Promise.allSettled(pods.map((pod) => this.read(pod)));
    const order = pods.map((_, i) => (this.at + i) % pods.length);
    const ready = order.find((i) => isReady(states[i]!)) ?? this.at;
    this.at = (ready + 1) % pods.length;
    return pods[ready]!;
  }

  /** @throws after `readySeconds`, or at once when the Kubernetes API refuses for good */
  async untilOneIsReady(): Promise<void> {
    const end = Date.now() + readySeconds * 1000;
    let last: string[];
    do {
      const states = await Promise.allSettled(this.pods.map((pod) => this.read(pod)));
      if (states.some(isReady)) return;
      last = states.map((state, i) => `${this.named(i)}: ${this.whyNot(state, i)}`);
      await pause(pauseMs);
    } while (Date.now() < end);
    throw new Error(`waited ${readySeconds} s for a ready pod; ${last.join("; ")}`);
  }

  private read(name: string): Promise<V1Pod> {
    return this.api.readNamespacedPod({ namespace: this.namespace, name });
  }

  private named(i: number): string {
    return `${this.namespace}/${this.pods[i]!}`;
  }

  private whyNot(state: PromiseSettledResult<V1Pod>, i: number): string {
    if (state.status === "fulfilled") return `its phase is ${state.value.status?.phase ?? "not known"}`;
    const { code, message } = state.reason as Error & { code?: unknown };
    if (finalStatuses.includes(code as number)) {
      throw new Error(`the Kubernetes API answered ${String(code)} when asked for pod ${this.named(i)}`, {
        cause: state.reason,
      });
    }
    return code === 404 ? "there is none" : message;
  }
}

function isReady(state: PromiseSettledResult<V1Pod>): boolean {
  const conditions = state.status === "fulfilled" ? state.value.status?.conditions : undefined;
  return conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") === true;
}

async function connect(
  forward: PortForward,
  namespace: string,
  pod: Promise<string>,
  port: number,
  socket: Socket,
): Promise<void> {
  socket.on("error", () => socket.destroy());
  // For a closed port the pod writes to this stream, after an empty greeting. The client's connection ends; it can retry.
  const errors = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (chunk.length > 0) socket.destroy();
      done();
    },
  });
  try {
    const opened = await forward.portForward(namespace, await pod, [port], socket, errors, socket);
    const tunnel = opened as unknown as Tunnel;
    tunnel.addEventListener("close", () => socket.destroy());
    tunnel.addEventListener("error", () => socket.destroy());
    socket.on("close", () => tunnel.close());
    if (socket.destroyed) tunnel.close();
  } catch {
    socket.destroy();
  }
}

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
}
