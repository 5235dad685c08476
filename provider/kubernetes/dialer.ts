import { ProviderError } from "../framework/errors";

/** Local address of a node's port, valid until `close`. */
export interface Route {
  host: string;
  port: number;
  /**
   * Reason why every further connection fails, for example missing rights to forward ports; undefined while connections
   * may succeed.
   */
  failure?(): string | undefined;
  close(): Promise<void>;
}

export interface DialOptions {
  /** Ends the wait when aborted. */
  signal: AbortSignal;
  /** Handling of a missing pod: wait for it, or throw AbsentNodeError. Default: `wait`. */
  absentPods?: "wait" | "refuse";
  /** Receives messages about the wait. */
  status: (message: string) => void;
}

/** A node without a pod, for callers that do not wait for it. */
export class AbsentNodeError extends ProviderError {
  override readonly name = "AbsentNodeError";
}

/** Pod of a node. */
export interface PodAddress {
  /** Name used in messages, for example `org1/peer0`. */
  name: string;
  namespace: string;
  /** Pod name, for example `peer0-0`. */
  pod: string;
}

/** Whether a pod exists. When reading or deleting, a missing pod is an answer, not an error. */
export type PodPresence = "present" | "absent";

/**
 * Connections to nodes. In a cluster: port-forwards through the Kubernetes API. For processes on this machine: their
 * own address.
 */
export interface Dialer {
  /** Waits until the node accepts connections on `port` of its pod. */
  dial(node: PodAddress, port: number, options: DialOptions): Promise<Route>;
  /** Whether the node's pod exists, ready or not. */
  presence(node: PodAddress, signal: AbortSignal): Promise<PodPresence>;
}

/** Connects to nodes that run as processes on this machine, at the ports in their addresses. */
export const loopbackDialer: Dialer = {
  dial: async (_node, port) => ({ host: "127.0.0.1", port, close: async () => undefined }),
  presence: async () => "present",
};
