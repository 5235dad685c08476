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

/** A part of a resource with its place among the resource's inputs. */
export interface Part {
  /** For example `spec.template.spec.containers[peer]`: items of lists by name, as in Kubernetes' own errors. */
  path: string;
  spec: unknown;
}

/** Pod specification of a Kubernetes resource; undefined for a resource without pods. */
export function podOf(subject: Subject): Part | undefined {
  const path = pathOf(subject);
  return path === undefined ? undefined : { path: path.join("."), spec: at(subject.properties, ...path) };
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

/** All containers of a pod, including init and ephemeral containers. */
export function containersOf(pod: Part | undefined): Part[] {
  return ["initContainers", "containers", "ephemeralContainers"].flatMap((list) => namedItems(pod, list));
}

/** Items of a list whose items have names. */
export function namedItems(part: Part | undefined, list: string): Part[] {
  return items(part?.spec, list).map((spec) => ({ path: `${part?.path}.${list}[${textAt(spec, "name")}]`, spec }));
}

/** Namespace of a namespaced object. */
export function namespaceOf({ properties }: Subject): string {
  return textAt(properties, "metadata", "namespace") || "default";
}
