import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
  buildDefaultServiceAccount,
  buildDisruptionBudget,
  buildNamespace,
  buildNetworkPolicies,
  buildServiceAccount,
  type DnsServers,
  type Labels,
  type PodSecurityLevel,
  type TrafficRules,
} from "../kubernetes";
import type { NetworkLabels } from "./names";

export interface WorkloadNamespaceArgs<Component extends string> {
  /** Type of the component in the state, for example `blockchain-clusters:fabric:OrganizationNamespace`. */
  type: string;
  /** Name of the namespace. */
  namespace: string;
  /** Name of the network to which it belongs. */
  network: string;
  /** Labels of every object in it. */
  labels: Labels;
  /** Further labels of the namespace itself. Default: none. */
  namespaceLabels?: Labels;
  /** Level of Pod Security that its pods may have. */
  podSecurity: PodSecurityLevel;
  /** Whether Pulumi refuses to delete the namespace, with all its volumes. */
  protect: boolean;
  /** Name of the service account of its pods. */
  serviceAccount: string;
  /** Names of the namespace's Secrets, of type `kubernetes.io/dockerconfigjson`, for pulling images. Default: none. */
  imagePullSecrets?: readonly string[] | undefined;
  /** Kinds of pods in it. */
  components: readonly Component[];
  /** Labels of the kind of network. */
  names: NetworkLabels<Component>;
  /** Connections of its pods; all others are denied. */
  traffic: TrafficRules<Component>;
  /** Servers that answer pods' questions for names. Default: `usualDnsServers`. */
  dns?: readonly DnsServers[] | undefined;
  /** Number of pods of a kind that drains may take at once. Kinds without a number have no limit. */
  budgets: Partial<Record<Component, number>>;
}

/** A namespace of a network and its rules: security of pods, connections, and pods that drains may take at once. */
export class WorkloadNamespace<Component extends string = string> extends pulumi.ComponentResource {
  /** Name of the namespace, known once the namespace exists. */
  readonly name: pulumi.Output<string>;
  /** Identity that no other namespace of this name has. */
  readonly uid: pulumi.Output<string>;
  readonly serviceAccount: pulumi.Output<string>;
  /** Resources that precede the first pod. */
  readonly prerequisites: pulumi.Resource[];

  constructor(name: string, args: WorkloadNamespaceArgs<Component>, opts?: pulumi.ComponentResourceOptions) {
    super(args.type, name, {}, opts);
    const namespace = this.createNamespace(name, args);
    this.name = namespace.metadata.name;
    this.uid = namespace.metadata.uid;
    this.createDefaultAccount(name);
    const account = this.createServiceAccount(name, args);
    const policies = this.createPolicies(name, args);
    this.createDisruptionBudgets(name, args);
    this.serviceAccount = account.metadata.name;
    this.prerequisites = [account, ...policies];
    this.registerOutputs({ name: this.name });
  }

  private createNamespace(name: string, args: WorkloadNamespaceArgs<Component>): k8s.core.v1.Namespace {
    const labels = { ...args.labels, ...args.namespaceLabels };
    const namespace = buildNamespace(args.namespace, labels, args.podSecurity);
    return new k8s.core.v1.Namespace(name, namespace, { parent: this, protect: args.protect });
  }

  private createDefaultAccount(name: string): void {
    // Kubernetes recreates a deleted account at once, so its deletion would wait for ever. It is deleted with its
    // namespace.
    const opts = { parent: this, retainOnDelete: true };
    new k8s.core.v1.ServiceAccount(`${name}-default-account`, buildDefaultServiceAccount(this.name), opts);
  }

  private createServiceAccount(
    name: string,
    { serviceAccount, labels, imagePullSecrets }: WorkloadNamespaceArgs<Component>,
  ): k8s.core.v1.ServiceAccount {
    const account = buildServiceAccount({ name: serviceAccount, namespace: this.name, labels }, imagePullSecrets);
    return new k8s.core.v1.ServiceAccount(`${name}-account`, account, { parent: this });
  }

  private createPolicies(
    name: string,
    { network, labels, components, names, traffic, dns }: WorkloadNamespaceArgs<Component>,
  ): k8s.networking.v1.NetworkPolicy[] {
    const policies = buildNetworkPolicies(traffic, {
      namespace: this.name,
      components,
      podLabels: (component) => names.componentLabels(network, component),
      networkLabels: names.networkLabels(network),
      labels,
      dns,
    });
    return policies.map((policy, index) => {
      const role = index === 0 ? "default-deny" : components[index - 1];
      return new k8s.networking.v1.NetworkPolicy(`${name}-${role}`, policy, { parent: this });
    });
  }

  private createDisruptionBudgets(name: string, args: WorkloadNamespaceArgs<Component>): void {
    const { network, labels, names } = args;
    for (const [component, maxUnavailable] of Object.entries(args.budgets) as [Component, number][]) {
      const metadata = { name: `${component}s`, namespace: this.name, labels };
      const budget = buildDisruptionBudget(metadata, names.componentLabels(network, component), maxUnavailable);
      new k8s.policy.v1.PodDisruptionBudget(`${name}-${component}s`, budget, { parent: this });
    }
  }
}
