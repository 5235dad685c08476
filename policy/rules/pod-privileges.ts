import { problem, type Problem } from "../../lib/problem";
import { containersOf, namedItems, podOf, type Part } from "../pods";
import type { ResourceRule } from "../rule";
import { at, items, textAt } from "../values";

/** Pods stay within their containers. */
export const podPrivileges: ResourceRule = {
  name: "pod-privileges",
  description: "No pod is privileged, can become it, or shares the node's namespaces or files.",
  check: (subject) => {
    const pod = podOf(subject);
    return [...checkNamespaces(pod), ...checkVolumes(pod), ...containersOf(pod).flatMap(checkContainer)];
  },
};

function checkNamespaces(pod: Part | undefined): Problem[] {
  return ["hostNetwork", "hostPID", "hostIPC"]
    .filter((key) => at(pod?.spec, key) === true)
    .map((key) => problem({ path: `${pod?.path}.${key}`, given: true, must: "be false" }));
}

function checkVolumes(pod: Part | undefined): Problem[] {
  return namedItems(pod, "volumes").flatMap(({ path, spec }) => {
    if (at(spec, "hostPath") === undefined) return [];
    const must = "be a volume claim, an emptyDir or projected data";
    const because = "the pod has files of its node otherwise";
    return [problem({ path: `${path}.hostPath.path`, given: at(spec, "hostPath", "path"), must, because })];
  });
}

function checkContainer({ path, spec }: Part): Problem[] {
  const context = `${path}.securityContext`;
  const privileged = at(spec, "securityContext", "privileged");
  const escalation = at(spec, "securityContext", "allowPrivilegeEscalation");
  return [
    ...(privileged === true ? [problem({ path: `${context}.privileged`, given: true, must: "be false" })] : []),
    ...items(spec, "ports").flatMap((port, index) => checkPort(port, `${path}.ports[${index}].hostPort`)),
    ...(escalation === false
      ? []
      : [
          problem({
            path: `${context}.allowPrivilegeEscalation`,
            given: escalation,
            must: "be false",
            because: "true is the default",
          }),
        ]),
  ];
}

function checkPort(port: unknown, path: string): Problem[] {
  const given = at(port, "hostPort");
  if (Number(textAt(given) || 0) === 0) return [];
  return [problem({ path, given, must: "be left out", because: "it opens a port of the node" })];
}
