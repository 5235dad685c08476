/** Pods of a resource of any kind. */
import type { Subject } from "./rule";
import { at, items, textAt } from "./values";

const podPaths: Record<string, string[]> = {
  Pod: ["spec"],
  PodTemplate: ["template", "spec"],
  Deployment: ["spec", "template", "spec"],
  StatefulSet: ["spec", "template", "spec"],
  DaemonSet: ["spec", "template", "spec"],
  ReplicaSet: ["spec", "template", "spec"],
  ReplicationController: ["spec", "template", "spec"],
  Job: ["spec", "template", "spec"],
  CronJob: ["spec", "jobTemplate", "spec", "template", "spec"],
};

/** Pod specification of a Kubernetes resource; undefined for a resource without pods. */
export function podSpecOf(subject: Subject): unknown {
  const path = pathOf(subject);
  return path === undefined ? undefined : at(subject.properties, ...path);
}

/** Labels of the resource's pods. */
export function podLabelsOf(subject: Subject): unknown {
  const path = pathOf(subject);
  return path === undefined ? undefined : at(subject.properties, ...path.slice(0, -1), "metadata", "labels");
}

function pathOf({ type }: Subject): string[] | undefined {
  const [, group = "", kind = ""] = /^kubernetes:(core|apps|batch)\/[^:]+:(\w+)$/.exec(type) ?? [];
  return group === "" ? undefined : podPaths[kind];
}

export interface Container {
  /** Title in messages, for example `container "peer"`. */
  title: string;
  spec: unknown;
}

/** All containers of a pod, including init and ephemeral containers. */
export function containersOf(pod: unknown): Container[] {
  return (["initContainers", "containers", "ephemeralContainers"] as const).flatMap((list) =>
    items(pod, list).map((spec) => ({
      title: `${list === "containers" ? "container" : "init container"} "${textAt(spec, "name")}"`,
      spec,
    })),
  );
}

/** Namespace of a namespaced object. */
export function namespaceOf({ properties }: Subject): string {
  return textAt(properties, "metadata", "namespace") || "default";
}
