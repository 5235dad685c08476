import type { RolloutNode, Workload } from "./sdk";
import type { DialOptions } from "./dialer";

/** A node as its StatefulSet and its pod show it. */
export interface PodCondition {
  /** The pod was made from the StatefulSet as it is now. */
  isCurrent: boolean;
  isReady: boolean;
}

/** Restarting nodes whose StatefulSets leave that to us (update strategy OnDelete). */
export interface Restarter {
  /** Waits until the StatefulSet controller has seen the newest spec. */
  condition(node: RolloutNode, options: DialOptions): Promise<PodCondition>;
  /** Deletes the node's pod unless it is current already, gracefully, and waits until its successor is available. */
  restart(node: RolloutNode, options: DialOptions): Promise<void>;
  /** Deletes the node's pod, gracefully, whatever it was made from, and waits until its successor is available. */
  replace(node: RolloutNode, options: DialOptions): Promise<void>;
  /** Waits until the node's pod has been Ready for the `minReadySeconds` of its StatefulSet, 0 by default. */
  untilAvailable(node: RolloutNode, options: DialOptions): Promise<void>;
  /** Waits until a workload that restarts its pods by itself has brought all of them up to date. */
  untilRolledOut(workload: Workload, options: DialOptions): Promise<void>;
}
