import type { KubernetesObject } from "../access/api-client";
import { nodeLabels } from "./services";
import type { NodeHost } from "../settings";

/**
 * The Node object, created before its kubelet registers. The kubelet adopts it, with the pod range of the node's
 * network configuration.
 */
export function nodeObject(node: NodeHost): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: node.name, labels: { "kubernetes.io/hostname": node.name, ...nodeLabels(node) } },
    spec: { podCIDR: node.podRange, podCIDRs: [node.podRange] },
  };
}
