/** What operations on nodes reach them by. */
import type { OperationContext } from "../framework/resource";
import type { Dialer } from "./dialer";
import type { Restarter } from "./restarter";

export interface NodeAccess {
  dialer: Dialer;
  restarter: Restarter;
}

/** Context of an operation on nodes. */
export type NodeContext = OperationContext & NodeAccess;

/**
 * Seconds an operation on nodes may take, waiting for their pods included: as long as pulumi-kubernetes gives a pod, since
 * image pulls and volumes are the slow part of both.
 */
export const NODE_TIMEOUT_SECONDS = 600;
