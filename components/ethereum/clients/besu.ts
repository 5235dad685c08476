/**
 * Besu with QBFT or IBFT2. Options are those of https://besu.hyperledger.org/public-networks/reference/cli/options,
 * given in the environment (`BESU_` and the name in capitals): the image's entry script splits arguments again.
 */
import * as pulumi from "@pulumi/pulumi";
import type { Consensus } from "../../../ledger/ethereum/consensus";
import { digitsOf } from "../../../ledger/ethereum/hex";
import { dataPath, genesisPath, jwtKeyPath, keysPath, peersPath } from "../specs/paths";
import {
  ethstatsVariables,
  mostPeers,
  withList,
  withNumber,
  type ClientProcess,
  type EthereumClient,
  type NodeSettings,
} from "./client";

const ports = { p2p: 30303, http: 8545, ws: 8546, metrics: 9545 };

/** Address of the pod, in a variable that those after it may name. */
const podAddress = "$(BESU_P2P_HOST)";

/**
 * Share of the container's memory limit that the heap may take. Java's own default is a quarter; RocksDB, code and
 * threads live outside of the heap.
 */
const heapPercent = 60;

/** Largest transaction that pools take unless told otherwise: `tx-pool-max-tx-bytes`, since 26.8.1. */
const usualTransactionBytes = 128 * 1024;

const maxInt = 2 ** 31 - 1;

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
      // The start script hands it to the Java machine, which reads the limit from the container.
      { name: "BESU_OPTS", value: `-XX:MaxRAMPercentage=${heapPercent}` },
      // First of the options: `host-allowlist` names it.
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
  const own = Object.fromEntries(
    Object.entries(settings.options).map(([name, value]) => [name.replace(/^--/, ""), value === "" ? "true" : value]),
  );
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
    // With it, a name that does not resolve at the start becomes 127.0.0.1 for good, and nothing restarts a node without
    // peers. Without it Besu ends, and Kubernetes starts it again. Only addresses of nodes elsewhere may change.
    "Xdns-update-enabled": String(settings.hasPeersElsewhere ?? false),
    "remote-connections-limit-enabled": "false",
    "max-peers": String(mostPeers),
    "sync-mode": "FULL",
    ...poolOptions(settings, own["tx-pool"] ?? "SEQUENCED"),
    "metrics-enabled": "true",
    "metrics-host": "0.0.0.0",
    "metrics-port": String(ports.metrics),
    "rpc-http-enabled": "true",
    "rpc-http-port": String(ports.http),
    ...(settings.freeGas ? { "min-gas-price": "0" } : {}),
    ...(settings.ethstats === undefined ? {} : { ethstats: ethstatsUrl(settings.ethstats) }),
    ...(settings.role === "rpc" ? rpcOptions(settings) : validatorOptions(settings)),
    ...own,
  };
}

/**
 * As Besu's own profile for private networks has it (`enterprise-private.toml`): an account may have 15 % of the pool, not
 * the 0.1 % that is five transactions, and those that came in by RPC overtake nobody.
 */
function poolOptions(
  { contractSizeLimitBytes: largest }: NodeSettings,
  pool: string,
): Record<string, pulumi.Input<string>> {
  return {
    "tx-pool": pool,
    "tx-pool-no-local-priority": "true",
    // The layered pool ends Besu when it is given options of the others.
    ...(pool.toUpperCase() === "LAYERED" ? {} : { "tx-pool-limit-by-account-percentage": "0.15" }),
    ...(largest === undefined ? {} : { "tx-pool-max-tx-bytes": largestTransaction(largest) }),
  };
}

/** A contract travels in a transaction, with the arguments and code that only its creation needs. */
function largestTransaction(largestContract: pulumi.Input<number | undefined>): pulumi.Input<string> {
  const bytes = (contract = 0): string => String(Math.min(contract + usualTransactionBytes, maxInt));
  return typeof largestContract === "number" ? bytes(largestContract) : pulumi.output(largestContract).apply(bytes);
}

/** Scheme first, unlike with geth: Besu ends on what it takes for another scheme. */
function ethstatsUrl(address: string): string {
  return `ws://$(${ethstatsVariables.node}):$(${ethstatsVariables.secret})@${address}`;
}

/** Names that a call or a scrape may be for. Besu checks them on the metrics port as well, where Prometheus names the pod. */
function allowedHosts(hosts: readonly pulumi.Input<string>[]): pulumi.Input<string> {
  return withList("", ["localhost", "127.0.0.1", podAddress, ...hosts]);
}

const votingApi: Record<Consensus, string> = { qbft: "QBFT", ibft2: "IBFT", clique: "" };

/** JSON-RPC can vote, so it listens on the pod's loopback alone: `pulumi` reaches it by port-forward, nobody else does. */
function validatorOptions({ gasLimit, consensus }: NodeSettings): Record<string, pulumi.Input<string>> {
  return {
    "node-private-key-file": `${keysPath}/nodekey`,
    "data-storage-format": "BONSAI",
    // What Besu forces, with a warning, on a node that executes every block: trie logs stay, and disks grow with them.
    "bonsai-limit-trie-logs-enabled": "false",
    "target-gas-limit": gasLimit,
    "rpc-http-host": "127.0.0.1",
    "rpc-http-api": `ETH,NET,WEB3,${votingApi[consensus]}`,
    "host-allowlist": allowedHosts([]),
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
    "rpc-http-max-active-connections": "300",
    // Below that, nobody could estimate the gas of a transaction that a block has room for.
    "rpc-gas-cap": gasLimit,
    "rpc-ws-enabled": "true",
    "rpc-ws-host": "0.0.0.0",
    "rpc-ws-port": String(ports.ws),
    "rpc-ws-api": "ETH,NET,WEB3",
    "rpc-ws-max-active-connections": "1000",
    "host-allowlist": allowedHosts(hosts),
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
 * What is alive is asked on the metrics port, which no client can fill: with all connections of RPC taken a node is busy,
 * not dead. Hosts are checked first everywhere, so probes name an allowed one. The first probe waits for what starts
 * last: a validator is there when peers can reach it, though it has none, since one of them is the first to start; an RPC
 * node when WebSocket listens. Later no probe connects to that port: 26.8.1 and 26.9.0 count connections there that ended.
 */
function probes(role: NodeSettings["role"]): Pick<ClientProcess, "startupProbe" | "readinessProbe" | "livenessProbe"> {
  const get = (path: string, port: number) => ({
    httpGet: { path, port, httpHeaders: [{ name: "Host", value: "localhost" }] },
  });
  const metrics = get("/metrics?name%5B%5D=process_start_time_seconds", ports.metrics);
  const isRpc = role === "rpc";
  return {
    startupProbe: {
      tcpSocket: { port: isRpc ? ports.ws : ports.p2p },
      periodSeconds: 2,
      timeoutSeconds: 3,
      failureThreshold: 1800,
    },
    readinessProbe: {
      // Without peers an RPC node serves yesterday's chain.
      ...(isRpc ? get("/readiness?minPeers=1&maxBlocksBehind=10", ports.http) : metrics),
      periodSeconds: 5,
      timeoutSeconds: 3,
      failureThreshold: 2,
    },
    livenessProbe: { ...metrics, periodSeconds: 15, timeoutSeconds: 5, failureThreshold: 6 },
  };
}
