import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { disruptionBudget } from "../../ledger/ethereum/quorum";
import type { EthereumConfig } from "../../config";
import {
  buildDefaultServiceAccount,
  buildDisruptionBudget,
  buildNamespace,
  buildNetworkPolicies,
  buildServiceAccount,
  type DnsServers,
} from "../kubernetes";
import type { EthereumClient } from "./clients/client";
import { componentLabels, networkLabels, type Component } from "./names";
import { componentsOf, trafficRules } from "./specs/traffic";

export interface NetworkNamespaceArgs {
  network: string;
  client: EthereumClient;
  config: EthereumConfig;
  /** Who answers pods' questions for names. Default: `usualDnsServers`. */
  dns?: readonly DnsServers[] | undefined;
}

const serviceAccount = "ethereum";

/** The namespace of the network and the rules in it: what pods may be, whom they may talk to, how many may go at once. */
export class NetworkNamespace extends pulumi.ComponentResource {
  /** Name of the namespace; waits for the namespace. */
  readonly name: pulumi.Output<string>;
  readonly serviceAccount: pulumi.Output<string>;
  /** What must be there before the first pod is. */
  readonly guards: pulumi.Resource[];

  constructor(name: string, args: NetworkNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:ethereum:NetworkNamespace", name, {}, opts);
    this.name = this.createNamespace(name, args).metadata.name;
    const account = this.createServiceAccount(name, args);
    this.serviceAccount = account.metadata.name;
    this.guards = [account, ...this.createPolicies(name, args)];
    this.createDisruptionBudgets(name, args);
    this.registerOutputs({ name: this.name });
  }

  private createNamespace(name: string, { network, config }: NetworkNamespaceArgs): k8s.core.v1.Namespace {
    return new k8s.core.v1.Namespace(
      name,
      buildNamespace(network, networkLabels(network), config.podSecurity),
      // Its end would be the end of every volume in it.
      { parent: this, protect: config.protect },
    );
  }

  private createServiceAccount(name: string, { network }: NetworkNamespaceArgs): k8s.core.v1.ServiceAccount {
    // Kubernetes makes a deleted one anew at once, for whose end a deletion would wait; it goes with its namespace.
    const opts = { parent: this, retainOnDelete: true };
    new k8s.core.v1.ServiceAccount(`${name}-default-account`, buildDefaultServiceAccount(this.name), opts);
    const metadata = { name: serviceAccount, namespace: this.name, labels: networkLabels(network) };
    return new k8s.core.v1.ServiceAccount(`${name}-account`, buildServiceAccount(metadata), { parent: this });
  }

  private createPolicies(
    name: string,
    { network, client, config, dns }: NetworkNamespaceArgs,
  ): k8s.networking.v1.NetworkPolicy[] {
    const components = componentsOf(config);
    const traffic = trafficRules(config, client.ports, config.rpc.labelledClients ? network : undefined);
    const policies = buildNetworkPolicies(traffic, {
      namespace: this.name,
      components,
      podLabels: (component: Component) => componentLabels(network, component),
      networkLabels: networkLabels(network),
      labels: networkLabels(network),
      dns,
    });
    return policies.map((policy, index) => {
      const role = index === 0 ? "default-deny" : components[index - 1];
      return new k8s.networking.v1.NetworkPolicy(`${name}-${role}`, policy, { parent: this });
    });
  }

  /** As many validators as may fail at once, and RPC nodes one at a time. */
  private createDisruptionBudgets(name: string, { network, config }: NetworkNamespaceArgs): void {
    const validators = config.validators.length;
    const budgets = {
      ...(validators > 0 ? { validator: disruptionBudget(config.genesis.consensus, validators) } : {}),
      rpc: 1,
    };
    for (const [component, maxUnavailable] of Object.entries(budgets) as [Component, number][]) {
      const metadata = { name: `${component}s`, namespace: this.name, labels: networkLabels(network) };
      new k8s.policy.v1.PodDisruptionBudget(
        `${name}-${component}s`,
        buildDisruptionBudget(metadata, componentLabels(network, component), maxUnavailable),
        { parent: this },
      );
    }
  }
}
