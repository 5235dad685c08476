import type { DnsServers, Placement } from "../kubernetes";
import type { FabricNetworkConfig } from "../../config";
import type { Component } from "./names";

/** Options of a network beside its stack file's section. The default of each leaves the network as in its section. */
export interface FabricOptions {
  /** Whether Secrets hold the variables of chaincode. Default: false, the pods' description holds them. */
  hasSecretText?: boolean;
  /** Servers that answer pods' questions for names, instead of `usualDnsServers`. Default: `usualDnsServers`. */
  dns?: readonly DnsServers[];
  /**
   * Names of Secrets of type `kubernetes.io/dockerconfigjson` for pulling images; each organisation's namespace needs
   * them. Default: none.
   */
  imagePullSecrets?: readonly string[];
  /** Nodes of the cluster that may run pods, by kind of pod. Default: any node without a taint. */
  placement?: Partial<Record<Component, Placement>>;
  /** Limits of every peer. Default: those of {@link PeerOptions}. */
  peer?: PeerOptions;
  /**
   * CouchDB indexes of chaincodes: `<channel>/<chaincode>` to path below `META-INF` to JSON text. They are part of the
   * package, so their change needs another version of the chaincode. Default: none.
   */
  indexes?: Record<string, Record<string, string>>;
}

/** Limits of each peer. */
export interface PeerOptions {
  /**
   * Maximum duration of a chaincode function, and of a gateway's wait for one peer's endorsement, a Go duration.
   * Default: `30s`, and `5s` for the gateway.
   */
  executeTimeout?: string;
  /** Concurrent requests of the gateway; a client that waits for a commit is one of them. Default: 500. */
  gatewayConcurrency?: number;
}

/** Options in a stack file. @param hasSecretText whether its section was set with `--secret` */
export function optionsOf({ dns, fabric }: FabricNetworkConfig, hasSecretText: boolean): FabricOptions {
  const { imagePullSecrets, placement, peer, channels } = fabric;
  const indexes = channels.flatMap(({ name, chaincodes }) =>
    chaincodes.map((chaincode) => [`${name}/${chaincode.name}`, chaincode.indexTexts] as const),
  );
  return { hasSecretText, dns, imagePullSecrets, placement, peer, indexes: Object.fromEntries(indexes) };
}
