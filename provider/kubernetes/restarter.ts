import type { HaltedNode, RolloutNode, Workload } from "./sdk";
import type { DialOptions } from "./dialer";

/** State of a node's StatefulSet and pod. */
export interface PodCondition {
  /** Whether the pod was made from the present StatefulSet. */
  isCurrent: boolean;
  isReady: boolean;
  /** Time of the API server, as it answered. Default: it said none. */
  time?: Date | undefined;
}

/** Restarts of nodes whose StatefulSets do not restart them (update strategy OnDelete). */
export interface Restarter {
  /** Waits until the StatefulSet controller has seen the newest spec. */
  condition(node: RolloutNode, options: DialOptions): Promise<PodCondition>;
  /** Deletes the node's pod gracefully unless it is current, and waits until its successor is available. */
  restart(node: RolloutNode, options: DialOptions): Promise<void>;
  /** Deletes the node's pod gracefully in any case, and waits until its successor is available. */
  replace(node: RolloutNode, options: DialOptions): Promise<void>;
  /** Whether the node's StatefulSet wants a pod. False without a StatefulSet. */
  isOn(node: HaltedNode, options: DialOptions): Promise<boolean>;
  /** Takes the node's pod away until `start`, and waits until it is gone. A node without a StatefulSet has none. */
  stop(node: HaltedNode, options: DialOptions): Promise<void>;
  /** Gives a stopped node its pod back. */
  start(node: HaltedNode, options: DialOptions): Promise<void>;
  /** Waits until the node's pod has been Ready for the `minReadySeconds` of its StatefulSet, 0 by default. */
  untilAvailable(node: RolloutNode, options: DialOptions): Promise<void>;
  /** Waits until a workload that restarts its pods by itself has updated all of them. */
  untilRolledOut(workload: Workload, options: DialOptions): Promise<void>;
}
