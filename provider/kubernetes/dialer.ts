import { ProviderError } from "../framework/errors";

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
export interface PodAddress {
  /** Name used in messages, for example `org1/peer0`. */
  name: string;
  namespace: string;
  /** Pod name, for example `peer0-0`. */
  pod: string;
}

/** Absent pods are an answer, not a fault, when reading or deleting. */
export type PodPresence = "present" | "absent";

/** The way to nodes. In a cluster: port-forward through the Kubernetes API. For plain processes: their own address. */
export interface Dialer {
  /** Waits until the node can accept connections on `port` of its pod. */
  dial(node: PodAddress, port: number, options: DialOptions): Promise<Route>;
  /** Whether the node's pod exists at all, ready or not. */
  presence(node: PodAddress, signal: AbortSignal): Promise<PodPresence>;
}

/** Reaches nodes that run as processes on this machine, at the ports their addresses name. */
export const loopbackDialer: Dialer = {
  dial: async (_node, port) => ({ host: "127.0.0.1", port, close: async () => undefined }),
  presence: async () => "present",
};
