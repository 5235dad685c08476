import type { KubernetesObject } from "../access/api-client";
import { nodeLabels } from "./services";
import type { NodeHost } from "../settings";

/**
 * The Node object, made before its kubelet registers: the kubelet adopts it, and the pod range in it is the one that
 * the node's network is configured with.
 */
export function nodeObject(node: NodeHost): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: node.name, labels: { "kubernetes.io/hostname": node.name, ...nodeLabels(node) } },
    spec: { podCIDR: node.podRange, podCIDRs: [node.podRange] },
  };
}
