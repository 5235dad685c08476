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
  /** Network that it belongs to. */
  network: string;
  /** Labels of every object in it. */
  labels: Labels;
  /** Further labels of the namespace itself. Default: none. */
  namespaceLabels?: Labels;
  /** What its pods may be. */
  podSecurity: PodSecurityLevel;
  /** Refuse to remove the namespace, with which every volume in it would go. */
  protect: boolean;
  /** Name of the account of its pods. */
  serviceAccount: string;
  /** Secrets of the namespace, of type `kubernetes.io/dockerconfigjson`, to pull its images with. Default: none. */
  imagePullSecrets?: readonly string[] | undefined;
  /** Kinds of its pods. */
  components: readonly Component[];
  names: NetworkLabels<Component>;
  /** Connections that its pods may have. */
  traffic: TrafficRules<Component>;
  /** Servers that answer pods' questions for names. Default: `usualDnsServers`. */
  dns?: readonly DnsServers[] | undefined;
  /** Pods of a kind that may be taken away at once; kinds without a number are not limited. */
  budgets: Partial<Record<Component, number>>;
}

/** A namespace of a network and the rules in it: what pods may be, whom they may connect to, how many may go at once. */
export class WorkloadNamespace<Component extends string = string> extends pulumi.ComponentResource {
  /** Name of the namespace; waits for the namespace. */
  readonly name: pulumi.Output<string>;
  readonly serviceAccount: pulumi.Output<string>;
  /** What must be there before the first pod is. */
  readonly prerequisites: pulumi.Resource[];

  constructor(name: string, args: WorkloadNamespaceArgs<Component>, opts?: pulumi.ComponentResourceOptions) {
    super(args.type, name, {}, opts);
    const namespace = this.createNamespace(name, args);
    this.name = namespace.metadata.name;
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
    // Kubernetes makes a deleted one anew at once, for whose end a deletion would wait; it goes with its namespace.
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
