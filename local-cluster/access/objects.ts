import type { KubernetesObject } from "./api-client";

const api = "rbac.authorization.k8s.io";
const read = ["get", "list", "watch"];

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** Rights of a program of the cluster, given to a user or to a service account, by default of kube-system. */
export function access(
  name: string,
  subject: "User" | "ServiceAccount",
  rules: Rule[],
  namespace = "kube-system",
): KubernetesObject[] {
  const who = subject === "User" ? { kind: "User", apiGroup: api, name } : { kind: "ServiceAccount", namespace, name };
  return [
    { apiVersion: `${api}/v1`, kind: "ClusterRole", metadata: { name }, rules },
    {
      apiVersion: `${api}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: api, kind: "ClusterRole", name },
      subjects: [who],
    },
  ];
}

export function kubeRouterAccess(): KubernetesObject[] {
  return access("kube-router", "User", [
    { apiGroups: [""], resources: ["namespaces", "pods", "services", "nodes", "endpoints"], verbs: read },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
    { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: read },
  ]);
}

export function loadBalancerAccess(): KubernetesObject[] {
  return access("load-balancer", "User", [
    { apiGroups: [""], resources: ["services"], verbs: read },
    { apiGroups: [""], resources: ["services/status"], verbs: ["update"] },
  ]);
}

export function provisionerAccess(subject: "User" | "ServiceAccount"): KubernetesObject[] {
  return access("storage-provisioner", subject, [
    { apiGroups: [""], resources: ["nodes"], verbs: read },
    { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: read },
    { apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: [...read, "update"] },
    { apiGroups: [""], resources: ["persistentvolumeclaims/status"], verbs: ["patch"] },
    { apiGroups: [""], resources: ["persistentvolumes"], verbs: [...read, "create", "update", "patch", "delete"] },
    { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
  ]);
}

export function coreDnsAccess(): KubernetesObject[] {
  return access("coredns", "ServiceAccount", [
    { apiGroups: [""], resources: ["endpoints", "services", "pods", "namespaces"], verbs: ["list", "watch"] },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
  ]);
}
