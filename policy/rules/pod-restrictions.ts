import { problem, type Problem } from "../../lib/problem";
import { containersOf, podOf, type Part } from "../pods";
import type { ResourceRule } from "../rule";
import { at, items } from "../values";

/**
 * Further demands of Kubernetes' standard "restricted":
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export const podRestrictions: ResourceRule = {
  name: "pod-restrictions",
  description: "Containers run as another user than root, without capabilities, under a seccomp profile.",
  check: (subject) => {
    const pod = podOf(subject);
    return containersOf(pod).flatMap((container) => [
      ...checkUser(pod, container),
      ...checkCapabilities(container),
      ...checkSeccomp(pod, container),
    ]);
  },
};

/** Setting of the container, or else of its pod. A missing one is missed in the container. */
function setting(pod: Part | undefined, container: Part, ...keys: string[]): { path: string; given: unknown } {
  const isPods = at(container.spec, "securityContext", ...keys) === undefined;
  const given = at((isPods ? pod : container)?.spec, "securityContext", ...keys);
  const path = (isPods && given !== undefined ? pod : container)?.path;
  return { path: [path, "securityContext", ...keys].join("."), given };
}

function checkUser(pod: Part | undefined, container: Part): Problem[] {
  const user = setting(pod, container, "runAsUser");
  if (user.given === 0) return [problem({ ...user, must: "be another user", because: "0 is root" })];
  const nonRoot = setting(pod, container, "runAsNonRoot");
  return nonRoot.given === true ? [] : [problem({ ...nonRoot, must: "be true" })];
}

function checkCapabilities({ path, spec }: Part): Problem[] {
  const capabilities = at(spec, "securityContext", "capabilities");
  const added = items(capabilities, "add").map(String);
  const dropped = at(capabilities, "drop");
  const drop = `${path}.securityContext.capabilities.drop`;
  const because = "the runtime gives some by default";
  return [
    ...(added.length > 0
      ? [problem({ path: `${path}.securityContext.capabilities.add`, given: added, must: "be left out" })]
      : []),
    ...(items(dropped).map(String).includes("ALL")
      ? []
      : [problem({ path: drop, given: dropped, must: "have ALL", because })]),
  ];
}

function checkSeccomp(pod: Part | undefined, container: Part): Problem[] {
  const profile = setting(pod, container, "seccompProfile", "type");
  return ["RuntimeDefault", "Localhost"].includes(String(profile.given))
    ? []
    : [problem({ ...profile, must: "be RuntimeDefault or Localhost" })];
}
