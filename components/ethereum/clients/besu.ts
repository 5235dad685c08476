/**
 * Besu with QBFT or IBFT2. Options are those of https://besu.hyperledger.org/public-networks/reference/cli/options,
 * given in the environment (`BESU_` and the name in capitals): the image's entry script splits arguments again.
 */
import * as pulumi from "@pulumi/pulumi";
import type { Consensus } from "../../../ledger/ethereum/consensus";
import { digitsOf } from "../../../ledger/ethereum/hex";
import { dataPath, genesisPath, jwtKeyPath, keysPath, peersPath } from "../specs/paths";
import { besuCatchUpScript, besuProgram, followingKeyPath } from "./besu-catch-up";
import {
  ethstatsVariables,
  mostPeers,
  rpcApisOf,
  withList,
  withNumber,
  withText,
  type CatchUp,
  type ClientProcess,
  type EthereumClient,
  type NodeSettings,
} from "./client";

const ports = { p2p: 30303, http: 8545, ws: 8546, metrics: 9545 };

/** Address of the pod, from a variable to which later variables may refer. */
const podAddress = "$(BESU_P2P_HOST)";

/**
 * Percentage of the container's memory limit for the heap. Java's default is a quarter. RocksDB, code and threads live
 * outside of the heap.
 */
const heapPercent = 60;

/** Largest transaction of Besu's pools by default, bytes: `tx-pool-max-tx-bytes`, since 26.8.1. */
const usualTransactionBytes = 128 * 1024;

const maxInt = 2 ** 31 - 1;

export const besu: EthereumClient = {
  client: "besu",
  // User that owns the program in the published image.
  user: 1000,
  ports,

  keyFiles: ({ privateKey }) => ({ nodekey: digitsOf(privateKey) }),

  files: (role) => [
    { from: "peers", key: "static-nodes.json", path: `${peersPath}/static-nodes.json` },
    ...(role === "validator" ? [{ from: "keys" as const, key: "nodekey", path: `${keysPath}/nodekey` }] : []),
  ],

  process: (settings) => ({
    ...(settings.role === "rpc" ? {} : { catchUp: catchUp(settings) }),
    command: [besuProgram],
    env: variables(besuOptions(settings)),
    ...probes(settings.role),
  }),
};

function variables(options: Record<string, pulumi.Input<string>>): ClientProcess["env"] {
  return [
    // The start script passes it to the Java machine, which reads the limit from the container.
    { name: "BESU_OPTS", value: `-XX:MaxRAMPercentage=${heapPercent}` },
    // The first variable, since `host-allowlist` refers to it.
    { name: "BESU_P2P_HOST", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    ...Object.entries(options).map(([name, value]) => ({ name: variableName(name), value })),
  ];
}

/** A validator's node with another key, and without reports under the validator's name. */
function catchUp(settings: NodeSettings): CatchUp {
  const { ethstats: _, ...options } = besuOptions(settings);
  return {
    command: ["bash", "-c", besuCatchUpScript(ports.http)],
    env: variables({ ...options, "node-private-key-file": followingKeyPath, "rpc-http-api": "ETH,NET" }),
  };
}

/**
 * Variable of an option: `rpc-http-enabled` is `BESU_RPC_HTTP_ENABLED`. The stack file may write options with their
 * dashes.
 */
function variableName(option: string): string {
  return `BESU_${option.replace(/^--/, "").replaceAll("-", "_").toUpperCase()}`;
}

/** Every option of a node by name. Options of the stack file come last. */
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
    // Peers have the names of their Services, whose addresses outlive any pod.
    "Xdns-enabled": "true",
    // With this setting a name that does not resolve at the start becomes 127.0.0.1 for ever, and nothing restarts a
    // node without peers. Without it Besu ends, and Kubernetes restarts it. Only addresses of nodes elsewhere may
    // change.
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
    // The form of Elastic Common Schema; `options` can ask for one of Besu's others, all of JSON.
    ...(settings.logFormat === "json" ? { "logging-format": "ECS" } : {}),
    ...gasPriceOption(settings.freeGas),
    ...(settings.ethstats === undefined ? {} : { ethstats: ethstatsUrl(settings.ethstats) }),
    ...(settings.role === "rpc" ? rpcOptions(settings) : validatorOptions(settings)),
    ...own,
  };
}

/**
 * Options of the transaction pool, as in Besu's own profile for private networks (`enterprise-private.toml`). An
 * account may fill 15 % of the pool; the default of 0.1 % is five transactions. Transactions from RPC overtake no
 * others.
 */
function poolOptions(
  { contractSizeLimitBytes: largest }: NodeSettings,
  pool: string,
): Record<string, pulumi.Input<string>> {
  return {
    "tx-pool": pool,
    "tx-pool-no-local-priority": "true",
    // With the layered pool Besu refuses options of the other pools, and ends.
    ...(pool.toUpperCase() === "LAYERED" ? {} : { "tx-pool-limit-by-account-percentage": "0.15" }),
    ...(largest === undefined ? {} : { "tx-pool-max-tx-bytes": largestTransaction(largest) }),
  };
}

/**
 * Largest transaction for a limit of contracts. A transaction carries the contract, its arguments, and code that only
 * its creation needs.
 */
function largestTransaction(largestContract: pulumi.Input<number | undefined>): pulumi.Input<string> {
  const bytes = (contract = 0): string => String(Math.min(contract + usualTransactionBytes, maxInt));
  return typeof largestContract === "number" ? bytes(largestContract) : pulumi.output(largestContract).apply(bytes);
}

/** Least price of gas by default, in wei. */
const usualGasPrice = "1000";

function gasPriceOption(freeGas: NodeSettings["freeGas"]): Record<string, pulumi.Input<string>> {
  if (typeof freeGas === "boolean") return freeGas ? { "min-gas-price": "0" } : {};
  return { "min-gas-price": pulumi.output(freeGas).apply((isFree) => (isFree ? "0" : usualGasPrice)) };
}

/** Dashboard address in Besu's form: unlike geth's it starts with the scheme, without which Besu ends. */
function ethstatsUrl(address: string): string {
  return `ws://$(${ethstatsVariables.node}):$(${ethstatsVariables.secret})@${address}`;
}

/** Host names that requests may name. Besu checks them on the metrics port as well, where Prometheus names the pod. */
function allowedHosts(hosts: readonly pulumi.Input<string>[]): pulumi.Input<string> {
  return withList("", ["localhost", "127.0.0.1", podAddress, ...hosts]);
}

const votingApi: Record<Consensus, string> = { qbft: "QBFT", ibft2: "IBFT", clique: "" };

function votingApiOf(consensus: NodeSettings["consensus"]): pulumi.Input<string> {
  return typeof consensus === "string"
    ? votingApi[consensus]
    : pulumi.output(consensus).apply((known) => votingApi[known]);
}

/**
 * Options of a validator. Its JSON-RPC can vote, so it listens on the pod's loopback only; `pulumi` reaches it by
 * port-forward.
 */
function validatorOptions({ gasLimit, consensus }: NodeSettings): Record<string, pulumi.Input<string>> {
  return {
    "node-private-key-file": `${keysPath}/nodekey`,
    "data-storage-format": "BONSAI",
    // Besu forces this value, with a warning, on a node that executes every block: trie logs stay, and disks grow by
    // them.
    "bonsai-limit-trie-logs-enabled": "false",
    "target-gas-limit": gasLimit,
    "rpc-http-host": "127.0.0.1",
    "rpc-http-api": withText("ETH,NET,WEB3,", votingApiOf(consensus)),
    "host-allowlist": allowedHosts([]),
  };
}

function rpcOptions(settings: NodeSettings): Record<string, pulumi.Input<string>> {
  const { hosts, corsOrigins, gasLimit, hasTokens = false } = settings;
  const apis = rpcApisOf(settings).join(",").toUpperCase();
  return {
    "data-storage-format": "FOREST",
    "rpc-http-host": "0.0.0.0",
    "rpc-http-api": apis,
    "rpc-http-max-active-connections": "300",
    // A lower limit would prevent gas estimates of transactions that fit into a block.
    "rpc-gas-cap": gasLimit,
    "rpc-ws-enabled": "true",
    "rpc-ws-host": "0.0.0.0",
    "rpc-ws-port": String(ports.ws),
    "rpc-ws-api": apis,
    "rpc-ws-max-active-connections": "1000",
    "host-allowlist": allowedHosts(hosts),
    ...(corsOrigins.length > 0 ? { "rpc-http-cors-origins": corsOrigins.join(",") } : {}),
    ...(hasTokens ? { ...tokenOptions("rpc-http"), ...tokenOptions("rpc-ws") } : {}),
  };
}

/** Health checks stay open: Besu answers them before it checks tokens. */
function tokenOptions(door: "rpc-http" | "rpc-ws"): Record<string, string> {
  return {
    [`${door}-authentication-enabled`]: "true",
    [`${door}-authentication-jwt-public-key-file`]: jwtKeyPath,
    [`${door}-authentication-jwt-algorithm`]: "RS256",
  };
}

/**
 * Probes of a node. Liveness asks on the metrics port, which clients cannot fill: a node whose RPC connections are all
 * taken is busy, not dead. Besu checks host names on every port, so probes name an allowed host. The startup probe
 * waits for the last part to start: for a validator the port of its peers, without a peer connected, since one of the
 * validators starts first; for an RPC node WebSocket. Later probes avoid the WebSocket port: Besu 26.8.1 and 26.9.0
 * keep counting ended connections there.
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
      // An RPC node without peers would serve an outdated chain.
      ...(isRpc ? get("/readiness?minPeers=1&maxBlocksBehind=10", ports.http) : metrics),
      periodSeconds: 5,
      timeoutSeconds: 3,
      failureThreshold: 2,
    },
    livenessProbe: { ...metrics, periodSeconds: 15, timeoutSeconds: 5, failureThreshold: 6 },
  };
}
