import * as pulumi from "@pulumi/pulumi";
import type { configurationFields } from "./configuration";
import type { Given } from "./framework/schema";
import type { Args } from "./framework/sdk";

export type LedgerProviderArgs = Args<Given<typeof configurationFields>>;

/** The `ledger` provider: on-chain state and key material as Pulumi resources. */
export class LedgerProvider extends pulumi.ProviderResource {
  constructor(name: string, args: LedgerProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    super("ledger", name, { kubeconfig: args.kubeconfig, clusterIdentifier: args.clusterIdentifier }, opts);
  }
}
