/** What parts of a network are given: the network they belong to, and their organisation. */
import type * as pulumi from "@pulumi/pulumi";
import type { FabricConfig } from "../../config";
import type { LedgerProvider } from "../../provider/sdk";
import type { StorageClasses } from "../storage";
import type { WorkloadNamespace } from "../workload";
import type { Component, OrganizationPlace } from "./names";
import type { FabricOptions } from "./options";
import type { Identity, OrganizationIdentities } from "./organization-identities";

/** What all parts of a network share. */
export interface FabricContext {
  /** Component of the network: parent of all its parts. */
  component: pulumi.Resource;
  /** Name of that component. Names of its parts begin with it. */
  prefix: string;
  /** Name of the network. */
  network: string;
  /** Domain of the cluster's own names. */
  dnsDomain: string;
  config: FabricConfig;
  options: FabricOptions;
  storage: StorageClasses;
  /** Makes keys; knows no cluster. */
  pki: LedgerProvider;
  /** Reaches the cluster. */
  ledger: LedgerProvider;
}

/** An organisation without its nodes. */
export interface Organization {
  /** Name in the stack file. */
  name: string;
  identities: OrganizationIdentities;
  namespace: WorkloadNamespace<Component>;
  place: OrganizationPlace;
  /** For /metrics of its nodes, where the stack file opens it to a namespace. */
  monitoringTls: Identity | undefined;
}
