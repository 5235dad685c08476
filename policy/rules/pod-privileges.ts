import { containersOf, podSpecOf } from "../pods";
import type { ResourceRule } from "../rule";
import { at, items, textAt } from "../values";

/** Pods stay within their containers. */
export const podPrivileges: ResourceRule = {
  name: "pod-privileges",
  description: "No pod is privileged, can become it, or shares the node's namespaces or files.",
  check: (subject) => {
    const pod = podSpecOf(subject);
    return [...sharedNamespaces(pod), ...hostPaths(pod), ...containersOf(pod).flatMap(checkContainer)];
  },
};

function sharedNamespaces(pod: unknown): string[] {
  return ["hostNetwork", "hostPID", "hostIPC"]
    .filter((key) => at(pod, key) === true)
    .map((key) => `${key} is true; must be false`);
}

function hostPaths(pod: unknown): string[] {
  return items(pod, "volumes")
    .filter((volume) => at(volume, "hostPath") !== undefined)
    .map(
      (volume) =>
        `volume "${textAt(volume, "name")}" is the path ${textAt(volume, "hostPath", "path")} of the node; ` +
        "must be a volume claim, an emptyDir, or projected data",
    );
}

function checkContainer({ title, spec }: { title: string; spec: unknown }): string[] {
  const context = at(spec, "securityContext");
  const escalation = at(context, "allowPrivilegeEscalation");
  return [
    ...(at(context, "privileged") === true ? [`${title} is privileged; must not be`] : []),
    ...items(spec, "ports")
      .filter((port) => Number(textAt(port, "hostPort") || 0) !== 0)
      .map((port) => `${title} has hostPort ${textAt(port, "hostPort")}, a port of the node; must have none`),
    // Kubernetes' default allows it.
    ...(escalation === false
      ? []
      : [
          `${title} has allowPrivilegeEscalation ${escalation === undefined ? "not set, which means true" : "true"}; must be false`,
        ]),
  ];
}
