/** Names and labels of all kinds of networks. */
import { appLabels, type Labels } from "../kubernetes";

/** Place of a namespace's Services in DNS. */
export interface Place {
  /** Name of the namespace. */
  namespace: string;
  /** DNS domain of the cluster, for example `cluster.local`. */
  dnsDomain: string;
}

/** Name of a StatefulSet's pod. A node has one, with the index 0. */
export function podName(node: string, index = 0): string {
  return `${node}-${index}`;
}

/** Full DNS name of a Service. */
export function serviceHost(service: string, { namespace, dnsDomain }: Place): string {
  return `${service}.${namespace}.svc.${dnsDomain}`;
}

/** All forms of a Service's name that resolve inside the cluster. */
export function serviceNames(service: string, place: Place): string[] {
  const { namespace } = place;
  return [service, `${service}.${namespace}`, `${service}.${namespace}.svc`, serviceHost(service, place)];
}

/** Labels of a kind of network. @typeParam Component Kinds of its pods. */
export interface NetworkLabels<Component extends string> {
  /** Labels of a namespace that belongs to the network. */
  networkLabels(this: void, network: string): Labels;
  /** Labels that select the pods of one kind, within a namespace or across the network. */
  componentLabels(this: void, network: string, component: Component): Labels;
  /** Labels of all objects of a node. */
  nodeLabels(this: void, network: string, component: Component, node: string): Labels;
  /** Labels that select a node's pods; they never change. */
  nodeSelector(this: void, network: string, component: Component, node: string): Labels;
}

/** @param domain Prefix of the labels' keys: `fabric` gives `fabric.network` and `fabric.component`. */
export function labelsIn<Component extends string>(domain: string): NetworkLabels<Component> {
  const networkLabels = (network: string): Labels => ({ [`${domain}.network`]: network });
  const componentLabels = (network: string, component: Component): Labels => ({
    ...networkLabels(network),
    [`${domain}.component`]: component,
  });
  return {
    networkLabels,
    componentLabels,
    nodeLabels: (network, component, node) => ({
      ...appLabels({ name: component, instance: node, partOf: network }),
      ...componentLabels(network, component),
    }),
    nodeSelector: (network, component, node) => ({
      "app.kubernetes.io/instance": node,
      ...componentLabels(network, component),
    }),
  };
}
