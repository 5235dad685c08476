/** What operations on nodes reach them by. */
import type { OperationContext } from "../framework/resource";
import type { Dialer, DialOptions } from "./dialer";
import type { Restarter } from "./restarter";

export interface NodeAccess {
  dialer: Dialer;
  restarter: Restarter;
}

/** Context of an operation on nodes. */
export type NodeContext = OperationContext & NodeAccess;

/** Options of the dialer and the restarter for an operation: bounded by its signal, told of by its status. */
export function dialOptions({ signal, log }: NodeContext): DialOptions {
  return { signal, status: (message) => log.status(message) };
}

/**
 * Seconds an operation on nodes may take, waiting for their pods included: as long as pulumi-kubernetes gives a pod, since
 * image pulls and volumes are the slow part of both.
 */
export const NODE_TIMEOUT_SECONDS = 600;
