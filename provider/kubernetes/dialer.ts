import { ProviderError } from "../framework/errors";
import type { NodeAddress } from "../fabric/sdk";

/** Where a port of a node can be reached from this process, until `close`. */
export interface Route {
  host: string;
  port: number;
  /** Why no connection can succeed any more, for example missing rights to forward ports; undefined while one may. */
  failure?(): string | undefined;
  close(): Promise<void>;
}

export interface DialOptions {
  signal: AbortSignal;
  /** What to do about a pod that does not exist: wait for it (default), or throw AbsentNodeError. */
  absentPods?: "wait" | "refuse";
  /** Told what is being waited for. */
  status: (message: string) => void;
}

/** The node has no pod, and somebody asked not to wait for one. */
export class AbsentNodeError extends ProviderError {
  override readonly name = "AbsentNodeError";
}

/** A node as far as the way to it goes. */
export type PodAddress = Pick<NodeAddress, "name" | "namespace" | "pod">;

/** Absent pods are an answer, not a fault, when reading or deleting. */
export type PodPresence = "present" | "absent";

/** The way to nodes. In a cluster: port-forward through the Kubernetes API. For plain processes: their own address. */
export interface Dialer {
  /** Waits until the node can accept connections on `port` of its pod. */
  dial(node: PodAddress, port: number, options: DialOptions): Promise<Route>;
  /** Whether the node's pod exists at all, ready or not. */
  presence(node: PodAddress, signal: AbortSignal): Promise<PodPresence>;
}

/** The dialer for a kubeconfig. The Kubernetes client is loaded by the first use: key material needs none. */
export function createDialer(kubeconfig: string | undefined): Dialer {
  if (kubeconfig === undefined) return unconfigured;
  let dialer: Promise<Dialer> | undefined;
  const load = (): Promise<Dialer> =>
    (dialer ??= import("./port-forward.ts").then(({ createPortForwardDialer }) => createPortForwardDialer(kubeconfig)));
  return {
    dial: async (node, port, options) => (await load()).dial(node, port, options),
    presence: async (node, signal) => (await load()).presence(node, signal),
  };
}

/** Reaches nodes that run as processes on this machine, at the ports their addresses name. */
export const loopbackDialer: Dialer = {
  dial: async (_node, port) => ({ host: "127.0.0.1", port, close: async () => undefined }),
  presence: async () => "present",
};

const refuse = async (node: PodAddress): Promise<never> => {
  throw new ProviderError(
    `node ${node.name}: this ledger provider was given no kubeconfig and so reaches no node. ` +
      "Pass one to LedgerProvider and the provider to the resource.",
  );
};

const unconfigured: Dialer = { dial: refuse, presence: refuse };
