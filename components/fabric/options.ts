import type { DnsServers, Placement } from "../kubernetes";
import type { FabricNetworkConfig } from "../../config";
import type { Component } from "./names";

/** What a network can be told beside its stack file's section. Everything has a default, under which nothing differs. */
export interface FabricOptions {
  /** Keep variables of chaincode in Secrets. Default: false, they are part of the pods' description. */
  hasSecretText?: boolean;
  /** Who answers pods' questions for names; given, it replaces the default. Default: `usualDnsServers`. */
  dns?: readonly DnsServers[];
  /**
   * Names of Secrets of type `kubernetes.io/dockerconfigjson` with which images are pulled; each organisation's
   * namespace needs them. Default: none.
   */
  imagePullSecrets?: readonly string[];
  /** Nodes of the cluster for each kind of pod. Default: any that has no taint. */
  placement?: Partial<Record<Component, Placement>>;
  peer?: PeerOptions;
  /**
   * CouchDB indexes of chaincodes: `<channel>/<chaincode>` -> path below `META-INF` -> JSON text. They are part of the
   * package, so a change of them needs another version of the chaincode. Default: none.
   */
  indexes?: Record<string, Record<string, string>>;
}

/** Limits of each peer. */
export interface PeerOptions {
  /** Longest run of one chaincode function, a Go duration. Default: `30s`. */
  executeTimeout?: string;
  /** Requests that the gateway works on at once; a client that waits for a commit is one. Default: 500. */
  gatewayConcurrency?: number;
}

/** Options that a stack file gives. @param hasSecretText whether its section was set with `--secret` */
export function optionsOf({ dns, fabric }: FabricNetworkConfig, hasSecretText: boolean): FabricOptions {
  const { imagePullSecrets, placement, peer, channels } = fabric;
  const indexes = channels.flatMap(({ name, chaincodes }) =>
    chaincodes.map((chaincode) => [`${name}/${chaincode.name}`, chaincode.indexTexts] as const),
  );
  return { hasSecretText, dns, imagePullSecrets, placement, peer, indexes: Object.fromEntries(indexes) };
}
