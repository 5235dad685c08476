/**
 * Besu with QBFT or IBFT2. Options are those of https://besu.hyperledger.org/public-networks/reference/cli/options,
 * given in the environment (`BESU_` and the name in capitals): the image's entry script splits arguments again.
 */
import type * as pulumi from "@pulumi/pulumi";
import { digitsOf } from "../../../ledger/ethereum/hex";
import { dataPath, genesisPath, jwtKeyPath, keysPath, peersPath } from "../specs/paths";
import {
  ethstatsTarget,
  withList,
  withNumber,
  type ClientProcess,
  type EthereumClient,
  type NodeSettings,
} from "./client";

const ports = { p2p: 30303, http: 8545, ws: 8546, metrics: 9545 };

export const besu: EthereumClient = {
  client: "besu",
  // The user that owns the program in the published image.
  user: 1000,
  ports,

  keyFiles: ({ privateKey }) => ({ nodekey: digitsOf(privateKey) }),

  files: (role) => [
    { from: "peers", key: "static-nodes.json", path: `${peersPath}/static-nodes.json` },
    ...(role === "validator" ? [{ from: "keys" as const, key: "nodekey", path: `${keysPath}/nodekey` }] : []),
  ],

  process: (settings) => ({
    command: ["/opt/besu/bin/besu"],
    env: [
      { name: "BESU_P2P_HOST", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
      ...Object.entries(besuOptions(settings)).map(([name, value]) => ({ name: variableName(name), value })),
    ],
    ...probes(settings.role),
  }),
};

/** `rpc-http-enabled` is `BESU_RPC_HTTP_ENABLED`; options may be written with their dashes in the stack file. */
function variableName(option: string): string {
  return `BESU_${option.replace(/^--/, "").replaceAll("-", "_").toUpperCase()}`;
}

/** Every option of a node by its name; the stack file's own come last. */
export function besuOptions(settings: NodeSettings): Record<string, pulumi.Input<string>> {
  return {
    "data-path": dataPath,
    "genesis-file": `${genesisPath}/genesis.json`,
    "static-nodes-file": `${peersPath}/static-nodes.json`,
    "network-id": withNumber("", settings.chainId),
    "p2p-port": String(ports.p2p),
    "nat-method": "NONE",
    "discovery-enabled": "false",
    // Peers are named by their Services, whose addresses outlive any pod.
    "Xdns-enabled": "true",
    "Xdns-update-enabled": "true",
    "remote-connections-limit-enabled": "false",
    "sync-mode": "FULL",
    "sync-min-peers": "1",
    "tx-pool": "SEQUENCED",
    "metrics-enabled": "true",
    "metrics-host": "0.0.0.0",
    "metrics-port": String(ports.metrics),
    "rpc-http-enabled": "true",
    "rpc-http-port": String(ports.http),
    ...(settings.freeGas ? { "min-gas-price": "0" } : {}),
    ...(settings.ethstats === undefined ? {} : { ethstats: ethstatsTarget(settings.ethstats) }),
    ...(settings.role === "rpc" ? rpcOptions(settings) : validatorOptions(settings)),
    ...Object.fromEntries(
      Object.entries(settings.options).map(([name, value]) => [name.replace(/^--/, ""), value === "" ? "true" : value]),
    ),
  };
}

/** All interfaces, since the kubelet's probes come from outside; network policies close the port to everybody else. */
function validatorOptions({ gasLimit }: NodeSettings): Record<string, string> {
  return {
    "node-private-key-file": `${keysPath}/nodekey`,
    "data-storage-format": "BONSAI",
    "target-gas-limit": gasLimit,
    "rpc-http-host": "0.0.0.0",
    "rpc-http-api": "ETH,NET,WEB3,QBFT,IBFT",
    "host-allowlist": "localhost,127.0.0.1",
  };
}

function rpcOptions({
  hosts,
  corsOrigins,
  gasLimit,
  hasTokens = false,
}: NodeSettings): Record<string, pulumi.Input<string>> {
  return {
    "data-storage-format": "FOREST",
    "rpc-http-host": "0.0.0.0",
    "rpc-http-api": "ETH,NET,WEB3",
    // Below that, nobody could estimate the gas of a transaction that a block has room for.
    "rpc-gas-cap": gasLimit,
    "rpc-ws-enabled": "true",
    "rpc-ws-host": "0.0.0.0",
    "rpc-ws-port": String(ports.ws),
    "rpc-ws-api": "ETH,NET,WEB3",
    "host-allowlist": withList("", ["localhost", "127.0.0.1", ...hosts]),
    ...(corsOrigins.length > 0 ? { "rpc-http-cors-origins": corsOrigins.join(",") } : {}),
    ...(hasTokens ? { ...tokenOptions("rpc-http"), ...tokenOptions("rpc-ws") } : {}),
  };
}

/** Health checks stay open: Besu answers them before it asks for tokens. */
function tokenOptions(door: "rpc-http" | "rpc-ws"): Record<string, string> {
  return {
    [`${door}-authentication-enabled`]: "true",
    [`${door}-authentication-jwt-public-key-file`]: jwtKeyPath,
    [`${door}-authentication-jwt-algorithm`]: "RS256",
  };
}

/**
 * The host allowlist is checked before the health routes, so probes name an allowed host. A validator that has no
 * peers is ready all the same: one of them is the first to start. An RPC node without peers serves yesterday's chain.
 */
function probes(role: NodeSettings["role"]): Pick<ClientProcess, "startupProbe" | "readinessProbe" | "livenessProbe"> {
  const get = (path: string) => ({
    httpGet: { path, port: ports.http, httpHeaders: [{ name: "Host", value: "localhost" }] },
  });
  const readiness = role === "rpc" ? "/readiness?minPeers=1&maxBlocksBehind=10" : "/liveness";
  return {
    startupProbe: { ...get("/liveness"), periodSeconds: 2, timeoutSeconds: 3, failureThreshold: 1800 },
    readinessProbe: { ...get(readiness), periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 },
    livenessProbe: { ...get("/liveness"), periodSeconds: 15, timeoutSeconds: 5, failureThreshold: 6 },
  };
}
