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

/** Waits until a pod is ready and forwards one of its ports. */
export type Forward = (namespace: string, pod: string, port: number) => Promise<Route>;

/** Longest wait for a pod to be ready, in seconds. */
const readySeconds = 120;
const pauseMs = 500;

/** Final refusals of the Kubernetes API: unauthorized, forbidden. */
const finalStatuses = [401, 403];

/**
 * Forwards ports through the Kubernetes API, like `kubectl port-forward`. Each connection has its own forward to the
 * pod, so that a new connection works after a restart of the pod.
 */
export function forwarder(kubeconfig: string): Forward {
  return async (namespace, pod, port) => {
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    await waitUntilReady(config.makeApiClient(CoreV1Api), namespace, pod);
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.once("close", () => sockets.delete(socket)));
      void connect(new PortForward(config), namespace, pod, port, socket);
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

async function waitUntilReady(api: CoreV1Api, namespace: string, name: string): Promise<void> {
  const end = Date.now() + readySeconds * 1000;
  let last: string;
  do {
    try {
      const pod = await api.readNamespacedPod({ namespace, name });
      if (isReady(pod)) return;
      last = `its phase is ${pod.status?.phase ?? "not known"}`;
    } catch (error) {
      const { code, message } = error as Error & { code?: unknown };
      last = code === 404 ? "there is none" : message;
      if (finalStatuses.includes(code as number)) {
        throw new Error(`the Kubernetes API answered ${String(code)} when asked for pod ${namespace}/${name}`, {
          cause: error,
        });
      }
    }
    await pause(pauseMs);
  } while (Date.now() < end);
  throw new Error(`waited ${readySeconds} s for pod ${namespace}/${name} to be ready: ${last}`);
}

function isReady({ status }: V1Pod): boolean {
  return status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") === true;
}

async function connect(
  forward: PortForward,
  namespace: string,
  pod: string,
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
    const opened = await forward.portForward(namespace, pod, [port], socket, errors, socket);
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
