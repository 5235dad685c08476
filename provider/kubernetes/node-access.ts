/** Connections of operations on nodes. */
import type { OperationContext } from "../framework/resource";
import type { Dialer, DialOptions } from "./dialer";
import type { Restarter } from "./restarter";
import type { VolumeReader } from "./volume-reader";

export interface NodeAccess {
  dialer: Dialer;
  restarter: Restarter;
  volumes: VolumeReader;
}

/** Context of an operation on nodes. */
export type NodeContext = OperationContext & NodeAccess;

/** Options of dialer and restarter for an operation: limited by its signal, shown in its status. */
export function dialOptions({ signal, log }: NodeContext): DialOptions {
  return { signal, status: (message) => log.status(message) };
}

/**
 * Seconds for an operation on nodes, including the wait for their pods: the limit of pulumi-kubernetes for a pod, since
 * image pulls and volumes are the slow part of both.
 */
export const nodeTimeoutSeconds = 600;
