import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { FabricConfig } from "../../config";
import {
  buildDefaultServiceAccount,
  buildDisruptionBudget,
  buildNamespace,
  buildNetworkPolicies,
  buildServiceAccount,
  type DnsServers,
  type Labels,
} from "../kubernetes";
import { componentLabels, namespaceName, networkLabels, type Component } from "./names";
import { trafficRules } from "./specs/traffic";

export interface OrganizationNamespaceArgs {
  network: string;
  organization: string;
  mspId: string;
  role: "orderer" | "peer-org";
  /** Kinds of pods that live here. */
  components: Component[];
  config: FabricConfig;
  /** Who answers pods' questions for names. Default: `usualDnsServers`. */
  dns?: readonly DnsServers[] | undefined;
  /** Secrets of the namespace, of type `kubernetes.io/dockerconfigjson`, to pull its images with. Default: none. */
  imagePullSecrets?: readonly string[] | undefined;
}

const serviceAccount = "fabric";

/** The namespace of one organisation and the rules in it: what pods may be, whom they may talk to, how many may go at once. */
export class OrganizationNamespace extends pulumi.ComponentResource {
  /** Name of the namespace; waits for the namespace. */
  readonly name: pulumi.Output<string>;
  readonly serviceAccount: pulumi.Output<string>;
  /** What must be there before the first pod is. */
  readonly guards: pulumi.Resource[];

  constructor(name: string, args: OrganizationNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:fabric:OrganizationNamespace", name, {}, opts);
    const labels = { ...networkLabels(args.network), "fabric.org": args.mspId };
    this.name = this.createNamespace(name, args, labels).metadata.name;
    const account = this.createServiceAccount(name, args, labels);
    this.serviceAccount = account.metadata.name;
    this.guards = [account, ...this.createPolicies(name, args, labels)];
    this.createDisruptionBudget(name, args, labels);
    this.registerOutputs({ name: this.name });
  }

  private createNamespace(name: string, args: OrganizationNamespaceArgs, labels: Labels): k8s.core.v1.Namespace {
    const { network, organization, role, config } = args;
    return new k8s.core.v1.Namespace(
      name,
      buildNamespace(namespaceName(network, organization), { ...labels, "fabric.role": role }, config.podSecurity),
      // Its end would be the end of every volume in it.
      { parent: this, protect: config.protect },
    );
  }

  private createServiceAccount(
    name: string,
    { imagePullSecrets }: OrganizationNamespaceArgs,
    labels: Labels,
  ): k8s.core.v1.ServiceAccount {
    // Kubernetes makes a deleted one anew at once, for whose end a deletion would wait; it goes with its namespace.
    const opts = { parent: this, retainOnDelete: true };
    new k8s.core.v1.ServiceAccount(`${name}-default-account`, buildDefaultServiceAccount(this.name), opts);
    const account = buildServiceAccount({ name: serviceAccount, namespace: this.name, labels }, imagePullSecrets);
    return new k8s.core.v1.ServiceAccount(`${name}-account`, account, { parent: this });
  }

  private createPolicies(
    name: string,
    args: OrganizationNamespaceArgs,
    labels: Labels,
  ): k8s.networking.v1.NetworkPolicy[] {
    const scope = {
      namespace: this.name,
      components: args.components,
      podLabels: (component: Component) => componentLabels(args.network, component),
      networkLabels: networkLabels(args.network),
      labels,
      dns: args.dns,
    };
    return buildNetworkPolicies(trafficRules(args.config), scope).map((policy, index) => {
      const role = index === 0 ? "default-deny" : args.components[index - 1];
      return new k8s.networking.v1.NetworkPolicy(`${name}-${role}`, policy, { parent: this });
    });
  }

  /** One orderer, or one peer, of the organisation at a time. */
  private createDisruptionBudget(name: string, args: OrganizationNamespaceArgs, labels: Labels): void {
    const component = args.role === "orderer" ? "orderer" : "peer";
    const metadata = { name: `${component}s`, namespace: this.name, labels };
    new k8s.policy.v1.PodDisruptionBudget(
      `${name}-${component}s`,
      buildDisruptionBudget(metadata, componentLabels(args.network, component)),
      { parent: this },
    );
  }
}
