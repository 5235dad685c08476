import type { InputsOf } from "../framework/declaration";
import { resourceClass } from "../framework/sdk";
import { halt, restorePoint, workloadRollout, type haltedNode, type rolloutNode } from "./declarations";

export { rolloutPod } from "./rollout-pod";

/** A node whose StatefulSet (one replica, update strategy OnDelete) leaves restarts to a rollout. */
export type RolloutNode = (typeof rolloutNode)["type"];

/** A workload that restarts its pods by itself when its template changes. */
export type Workload = InputsOf<typeof workloadRollout>;

/** A node that stops with others. */
export type HaltedNode = (typeof haltedNode)["type"];

/** A workload whose pods all have the newest template, and are available. */
export class WorkloadRollout extends resourceClass(workloadRollout) {}

/** A backup that volumes can be made of. */
export class RestorePoint extends resourceClass(restorePoint) {}

/** Nodes that stop together. */
export class Halt extends resourceClass(halt) {}
