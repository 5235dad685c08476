/**
 * Common parts of geth 1.13 and GoQuorum, which is built on geth 1.10. Flags: `geth --help` of both releases.
 *
 * Validators serve JSON-RPC on the loopback of their pod only; `pulumi` reaches it by port-forward.
 */
import * as pulumi from "@pulumi/pulumi";
import { dataPath, genesisPath } from "../specs/paths";
import { catchUpScript } from "./geth-catch-up";
import {
  ethstatsVariables,
  mostPeers,
  optionArguments,
  rpcApisOf,
  withList,
  withNumber,
  withText,
  type ClientPorts,
  type ClientProcess,
  type NodeSettings,
} from "./client";

export const gethPorts: ClientPorts = { p2p: 30303, http: 8545, ws: 8546, metrics: 6060 };

/** Entry point of both images. */
const program = "geth";

/**
 * Ten seconds after its start a node with fewer than five peers synchronises for the first time (`forceSyncCycle` in
 * eth/sync.go of both), and does not seal meanwhile. If another validator were away at that moment, blocks would pause.
 */
const firstSyncSeconds = 12;

export interface GethFlags {
  /** RPC namespaces of a validator, on loopback. */
  validatorApis: string;
  /** Flag for a log of JSON objects. */
  jsonLog: string;
  /** Further flags of the client for the role. */
  own: string[];
  /** Those of a node that follows the chain before it seals. */
  following: string[];
}

export function gethProcess(
  settings: NodeSettings,
  { validatorApis, jsonLog, own, following }: GethFlags,
): ClientProcess {
  const isRpc = settings.role === "rpc";
  const network = [
    program,
    `--datadir=${dataPath}`,
    withNumber("--networkid=", settings.chainId),
    "--syncmode=full",
    `--port=${gethPorts.p2p}`,
    // An RPC node's settings file has the number of its peers: with room for more, it would wait before it fetches
    // blocks.
    ...(isRpc ? [] : [`--maxpeers=${mostPeers}`]),
    ...(settings.isDiscovering ? ["--nat=extip:$(POD_IP)"] : ["--nat=none", "--nodiscover"]),
    "--ipcdisable",
  ];
  const env = [
    ...memoryVariables(settings),
    ...(settings.isDiscovering ? [{ name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }] : []),
  ];
  return {
    prepare: [program, `--datadir=${dataPath}`, "init", `${genesisPath}/genesis.json`],
    ...(isRpc ? {} : { catchUp: { command: [...network, ...following, `--exec=${catchUpScript}`, "console"], env } }),
    command: [
      ...network,
      "--http",
      `--http.port=${gethPorts.http}`,
      `--http.addr=${isRpc ? "0.0.0.0" : "127.0.0.1"}`,
      `--http.api=${isRpc ? rpcApisOf(settings).join(",") : validatorApis}`,
      ...(isRpc ? rpcFlags(settings) : validatorFlags(settings)),
      "--metrics",
      "--metrics.addr=0.0.0.0",
      `--metrics.port=${gethPorts.metrics}`,
      ...(settings.ethstats === undefined ? [] : [`--ethstats=${ethstatsTarget(settings.ethstats)}`]),
      ...(settings.logFormat === "json" ? [jsonLog] : []),
      ...own,
      ...optionArguments(settings.options),
    ],
    env,
    ...probes(isRpc),
    ...(isRpc ? {} : { settleSeconds: firstSyncSeconds }),
  };
}

/**
 * Memory limit for Go, which does not see the container's limit and would let the heap outgrow it. Below nine tenths of
 * the limit Go collects in time; the rest is for memory that Go does not count, mostly pages of the database.
 */
function memoryVariables({ memoryLimitBytes: limit }: NodeSettings): { name: string; value: string }[] {
  return limit === undefined ? [] : [{ name: "GOMEMLIMIT", value: String(Math.floor(limit * 0.9)) }];
}

/** Dashboard address in geth's form, `name:secret@url`. Kubernetes replaces the variables. */
function ethstatsTarget(address: string): string {
  return `$(${ethstatsVariables.node}):$(${ethstatsVariables.secret})@ws://${address}`;
}

function rpcFlags(settings: NodeSettings): pulumi.Input<string>[] {
  const { hosts, corsOrigins, gasLimit } = settings;
  return [
    withList("--http.vhosts=", hosts),
    "--ws",
    "--ws.addr=0.0.0.0",
    `--ws.port=${gethPorts.ws}`,
    `--ws.api=${rpcApisOf(settings).join(",")}`,
    // A lower limit would prevent gas estimates of transactions that fit into a block.
    withText("--rpc.gascap=", gasLimit),
    ...(corsOrigins.length > 0
      ? [`--http.corsdomain=${corsOrigins.join(",")}`, `--ws.origins=${corsOrigins.join(",")}`]
      : []),
    // A full node forgets old states; applications ask for states of any block.
    "--gcmode=archive",
  ];
}

/** Least price of gas by default, in wei: `DefaultConfig.Miner.GasPrice` of both. */
const usualGasPrice = "1000000000";

function validatorFlags({ gasLimit, freeGas }: NodeSettings): pulumi.Input<string>[] {
  return ["--mine", withText("--miner.gaslimit=", gasLimit), ...gasPriceFlags(freeGas)];
}

function gasPriceFlags(freeGas: NodeSettings["freeGas"]): pulumi.Input<string>[] {
  if (typeof freeGas === "boolean") return freeGas ? ["--miner.gasprice=0"] : [];
  const price = pulumi.output(freeGas).apply((isFree) => (isFree ? "0" : usualGasPrice));
  return [withText("--miner.gasprice=", price)];
}

/**
 * Probes of a node without health endpoint. An RPC node answers a bare GET with 200 as soon as it serves. The only open
 * port of a validator is the port of its peers. Liveness waits longer: a process that works on a long block is alive.
 */
function probes(isRpc: boolean): Pick<ClientProcess, "startupProbe" | "readinessProbe" | "livenessProbe"> {
  const check = isRpc ? { httpGet: { path: "/", port: gethPorts.http } } : { tcpSocket: { port: gethPorts.p2p } };
  return {
    startupProbe: { ...check, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 3600 },
    readinessProbe: { ...check, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 },
    livenessProbe: { ...check, periodSeconds: 15, timeoutSeconds: 5, failureThreshold: 6 },
  };
}
