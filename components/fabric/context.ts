/** Context of a network's parts: the network and their organisation. */
import type * as pulumi from "@pulumi/pulumi";
import type { FabricConfig } from "../../config";
import type { Halt, LedgerProvider } from "../../provider/sdk";
import type { StorageClasses } from "../storage";
import type { WorkloadNamespace } from "../workload";
import type { Component, OrganizationPlace } from "./names";
import type { PublicNames } from "./public-names";
import type { FabricOptions } from "./options";
import type { Identity, OrganizationIdentities } from "./organization-identities";

/** Shared values of all parts of a network. */
export interface FabricContext {
  /** Component of the network, and parent of all its parts. */
  component: pulumi.Resource;
  /** Name of that component, and prefix of its parts' names. */
  prefix: string;
  /** Name of the network. */
  network: string;
  /** DNS domain of the cluster, for example `cluster.local`. */
  dnsDomain: string;
  config: FabricConfig;
  options: FabricOptions;
  storage: StorageClasses;
  /** Names of this stack's nodes that stand in channels with public names. Undefined when there are none. */
  publicNames: PublicNames | undefined;
  /** Provider that makes keys; it knows no cluster. */
  pki: LedgerProvider;
  /** Provider that reaches the cluster. */
  ledger: LedgerProvider;
  /** Stop of all nodes when the network goes on from another backup. Undefined without backups. */
  halt: Halt | undefined;
}

/** An organisation without its nodes. */
export interface Organization {
  /** Name in the stack file. */
  name: string;
  identities: OrganizationIdentities;
  namespace: WorkloadNamespace<Component>;
  place: OrganizationPlace;
  /** Port of its nodes' public names, by which channels know them. Undefined where channels have names of the cluster. */
  channelPort: number | undefined;
  /** TLS client identity for /metrics of its nodes; undefined unless the stack file opens /metrics to a namespace. */
  monitoringTls: Identity | undefined;
}
