import { containersOf, podSpecOf } from "../pods";
import type { ResourceRule } from "../rule";
import { at, items, textAt } from "../values";

/**
 * Further demands of Kubernetes' standard "restricted":
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export const podRestrictions: ResourceRule = {
  name: "pod-restrictions",
  description: "Containers run as another user than root, without capabilities, under a seccomp profile.",
  check: (subject) => {
    const pod = podSpecOf(subject);
    return containersOf(pod).flatMap(({ title, spec }) => [
      ...userProblems(title, pod, spec),
      ...capabilityProblems(title, spec),
      ...seccompProblems(title, pod, spec),
    ]);
  },
};

/** Setting of the container, or else of its pod. */
function setting(pod: unknown, container: unknown, ...path: string[]): unknown {
  return at(container, "securityContext", ...path) ?? at(pod, "securityContext", ...path);
}

function userProblems(title: string, pod: unknown, container: unknown): string[] {
  const user = setting(pod, container, "runAsUser");
  if (user === 0) return [`${title} has runAsUser 0, which is root; must be another user`];
  const nonRoot = setting(pod, container, "runAsNonRoot");
  return nonRoot === true ? [] : [`${title} has runAsNonRoot ${nonRoot === false ? "false" : "not set"}; must be true`];
}

function capabilityProblems(title: string, container: unknown): string[] {
  const capabilities = at(container, "securityContext", "capabilities");
  const added = items(capabilities, "add").map(String);
  const isDropped = items(capabilities, "drop").map(String).includes("ALL");
  return [
    ...(added.length > 0 ? [`${title} adds the capabilities ${added.join(", ")}; must add none`] : []),
    ...(isDropped ? [] : [`${title} keeps the capabilities that its runtime gives; must drop ALL`]),
  ];
}

function seccompProblems(title: string, pod: unknown, container: unknown): string[] {
  const type = textAt({ type: setting(pod, container, "seccompProfile", "type") }, "type");
  return ["RuntimeDefault", "Localhost"].includes(type)
    ? []
    : [
        `${title} has the seccomp profile ${type || "of the node, which may be none"}; must be RuntimeDefault or Localhost`,
      ];
}
