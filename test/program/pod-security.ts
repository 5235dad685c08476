/**
 * The Pod Security level `restricted`, as far as a pod's spec can break it, rule by rule:
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 * Types of volumes and capabilities are those of that page.
 */
type Fields = Record<string, unknown>;

interface Container extends Fields {
  name: string;
  securityContext?: Fields & { capabilities?: { add?: string[]; drop?: string[] }; seccompProfile?: { type: string } };
  ports?: { hostPort?: number }[];
}

export interface PodSpec extends Fields {
  containers: Container[];
  initContainers?: Container[];
  ephemeralContainers?: Container[];
  volumes?: Fields[];
  securityContext?: Fields & { seccompProfile?: { type: string }; sysctls?: unknown[] };
}

const volumeTypes = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

/** Rules that a pod breaks, in words; empty for a pod that `restricted` admits. */
export function violations(pod: PodSpec): string[] {
  const containers = [...(pod.initContainers ?? []), ...pod.containers, ...(pod.ephemeralContainers ?? [])];
  return [...podViolations(pod), ...containers.flatMap((container) => containerViolations(container, pod))];
}

function podViolations(pod: PodSpec): string[] {
  const shared = ["hostNetwork", "hostPID", "hostIPC"].filter((key) => pod[key] === true);
  const volumes = (pod.volumes ?? []).filter((volume) => !volumeTypes.some((type) => type in volume));
  return [
    ...shared,
    ...volumes.map((volume) => `volume ${String(volume.name)} of a forbidden type`),
    ...((pod.securityContext?.sysctls ?? []).length > 0 ? ["sysctls"] : []),
    ...(pod.securityContext?.runAsUser === 0 ? ["pod runs as root"] : []),
  ];
}

function containerViolations(container: Container, pod: PodSpec): string[] {
  const own = container.securityContext ?? {};
  const effective = (key: string) => own[key] ?? pod.securityContext?.[key];
  const seccomp = own.seccompProfile ?? pod.securityContext?.seccompProfile;
  const rules: [string, boolean][] = [
    ["privileged", own.privileged !== true],
    ["allowPrivilegeEscalation", own.allowPrivilegeEscalation === false],
    ["capabilities not dropped", own.capabilities?.drop?.includes("ALL") ?? false],
    ["capabilities added", (own.capabilities?.add ?? []).every((name) => name === "NET_BIND_SERVICE")],
    ["runAsNonRoot", effective("runAsNonRoot") === true],
    ["runs as root", effective("runAsUser") !== 0],
    ["seccompProfile", seccomp?.type === "RuntimeDefault" || seccomp?.type === "Localhost"],
    ["procMount", own.procMount === undefined || own.procMount === "Default"],
    ["hostPort", (container.ports ?? []).every(({ hostPort }) => hostPort === undefined || hostPort === 0)],
  ];
  return rules.filter(([, holds]) => !holds).map(([rule]) => `${container.name}: ${rule}`);
}
