/**
 * Connections to nodes through the Kubernetes API: a listener on loopback per node and port, forwarded to the pod.
 * Programs in the pod trust loopback, as validators do with votes, so connections of other users of the machine are
 * closed.
 */
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { Writable } from "node:stream";
import { PortForward, type KubeConfig } from "@kubernetes/client-node";

import type { Dialer, DialOptions, PodAddress, PodPresence, Route } from "./dialer";
import { parseKubeconfig } from "./kubernetes-api";
import { PodWatcher } from "./pod-watcher";
import { ownerOf } from "./socket-owner";
import { messageOf } from "../../lib/errors";

/** The part of a WebSocket that is used here; `ws` and the browser's type agree on it. */
interface Tunnel {
  close(): void;
  addEventListener(type: "close" | "error", listener: () => void): void;
}

/** Final refusal of an upgrade by the API server: repeating a 401 or 403 changes nothing. */
const finalRefusal = /Unexpected server response: (401|403)/;

/** @param user User who may connect to the listeners; everybody on systems without user ids (Windows). */
export function createPortForwardDialer(kubeconfig: string, user = process.getuid?.()): Dialer {
  const config = parseKubeconfig(kubeconfig);
  const pods = new PodWatcher(config);
  return {
    async dial(node: PodAddress, port: number, options: DialOptions): Promise<Route> {
      await pods.waitUntilReady(node, options);
      return PodRoute.open(config, node, port, user);
    },
    presence: (node: PodAddress, signal: AbortSignal): Promise<PodPresence> => pods.presence(node, signal),
  };
}

class PodRoute implements Route {
  readonly host = "127.0.0.1";
  private readonly sockets = new Set<Socket>();
  private finalRefusal: string | undefined;

  private constructor(
    private readonly forward: PortForward,
    private readonly node: PodAddress,
    private readonly targetPort: number,
    private readonly server: Server,
    private readonly user: number | undefined,
  ) {}

  static async open(
    config: KubeConfig,
    node: PodAddress,
    targetPort: number,
    user: number | undefined,
  ): Promise<PodRoute> {
    const server = createServer();
    const route = new PodRoute(new PortForward(config), node, targetPort, server, user);
    server.on("connection", (socket) => void route.connect(socket));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return route;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  failure(): string | undefined {
    return this.finalRefusal;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  /** Opens a tunnel per connection: after a restart of the pod the client's next connection gets a new one. */
  private async connect(socket: Socket): Promise<void> {
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    if (await this.isForeign(socket)) return void socket.destroy();
    try {
      const { namespace, pod } = this.node;
      // The pod's side reports a closed port on this stream, after an empty greeting. The client sees its connection
      // end and tries again.
      const errors = new Writable({
        write(chunk: Buffer, _encoding, done) {
          if (chunk.length > 0) socket.destroy();
          done();
        },
      });
      const opened = await this.forward.portForward(namespace, pod, [this.targetPort], socket, errors, socket);
      const tunnel = opened as unknown as Tunnel;
      tunnel.addEventListener("close", () => socket.destroy());
      tunnel.addEventListener("error", () => socket.destroy());
      socket.on("close", () => tunnel.close());
      if (socket.destroyed) tunnel.close();
    } catch (error) {
      const message = messageOf((error as { error?: unknown }).error ?? error);
      if (finalRefusal.test(message)) this.finalRefusal = refusalText(this.node, message);
      socket.destroy();
    }
  }

  private async isForeign(socket: Socket): Promise<boolean> {
    if (this.user === undefined) return false;
    const owner = await ownerOf(socket);
    return owner !== undefined && owner !== this.user;
  }
}

function refusalText(node: PodAddress, message: string): string {
  return (
    `the Kubernetes API refused to forward a port to pod ${node.namespace}/${node.pod} (${message}); ` +
    "the kubeconfig's user needs get on pods and create on pods/portforward there"
  );
}
