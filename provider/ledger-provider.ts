import * as pulumi from "@pulumi/pulumi";

/** Where the resources of a `ledger` provider live; the same two knobs as the Kubernetes provider. */
export interface LedgerProviderArgs {
  /** Kubeconfig text of the cluster that runs the nodes. Not needed for `pki` resources. */
  kubeconfig?: pulumi.Input<string>;
  /** Identity of that cluster: a change replaces this provider and everything under it, nothing else does. */
  clusterIdentifier?: pulumi.Input<string>;
}

/** The `ledger` provider: on-chain state and key material as Pulumi resources. */
export class LedgerProvider extends pulumi.ProviderResource {
  constructor(name: string, args: LedgerProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    super("ledger", name, { kubeconfig: args.kubeconfig, clusterIdentifier: args.clusterIdentifier }, opts);
  }
}
