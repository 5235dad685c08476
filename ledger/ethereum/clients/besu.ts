/**
 * Besu. Sources: its CHANGELOG.md, `JsonGenesisConfigOptions.java`, `RequestContractAddresses.java`, `ForksSchedule.java`.
 */
import { problem, type Problem } from "../../../lib/problem";
import { buildBftRules } from "../bft-rules";
import { includesFork, isActiveAtGenesis, transitionUnit, type Fork } from "../fork";
import type { Genesis } from "../genesis-file";
import type { ResolvedChainSettings } from "../chain-settings";
import { digitsOf } from "../hex";
import { type Json } from "../json";
import { validateBesuOptionValues } from "./besu-option-values";
import { validateBesuOptions, warnBesuOptions } from "./besu-options";
import type { ClientFacts, VoteMethods } from "./client-facts";
import { staticNodesFile } from "./static-nodes-file";
import { isRecord } from "../../../lib/values";

export const besu: ClientFacts = {
  title: "Besu",
  releases: {
    default: "26.9.0",
    oldest: "26.8.1",
    tooOld:
      "older releases drop transactions without gas price, stall when IBFT2 moves to QBFT, and read the genesis key " +
      "xemptyblockperiodseconds instead of emptyblockperiodseconds",
    newestMends: "contains security fixes",
  },
  image: (version) => `docker.io/hyperledger/besu:${version}`,
  consensus: ["qbft", "ibft2"],
  moves: [["ibft2", "qbft"]],
  forks: {
    oldest: "berlin",
    newest: "prague",
    newestReason: "no later one has been tried here",
    // The fork before the newest, because tools of private networks compile for it.
    default: { freeGas: "cancun", pricedGas: "cancun" },
  },
  gas: { canBeFree: true, hasZeroBaseFee: true },
  // A smaller number was probably meant in KiB, and would leave room for almost no contract.
  contractSize: { lowest: 1024, highest: 2 ** 31 - 1, multipleOf: 1 },
  // An option of each node does.
  limitsTransactions: false,
  buildRules,
  existing: {
    refusedKeys: {
      clique: "Besu has no Clique since 26.4.0",
      ethash: "Besu has no proof of work since 26.7.0",
      ibft: "Besu only imports IBFT 1 chains",
    },
    // Besu assumes the block forks before the newest one that genesis names.
    refusesForkGaps: false,
    validate: (genesis, path) => [...validateFormerKeys(genesis, path), ...validateCalledContracts(genesis, path)],
  },
  transitionUnit,
  peers: {
    // From the log of release 26.8.
    eth: [68, 71],
    // Besu refuses any other parameter.
    enodeParameters: ["discport"],
    byName: { discoveryPort: 0 },
    hasBootnodes: false,
    files: staticNodesFile,
  },
  votes: { qbft: votesOf("qbft"), ibft2: votesOf("ibft") },
  options: { validateNames: validateBesuOptions, validateValues: validateBesuOptionValues, warn: warnBesuOptions },
  // https://besu.hyperledger.org/public-networks/how-to/monitor/metrics
  metrics: { path: "/metrics", height: "ethereum_blockchain_height", peers: "ethereum_peer_count" },
  hasTokens: true,
  furtherApis: ["debug", "trace", "txpool"],
};

function votesOf(group: string): VoteMethods {
  return {
    list: `${group}_getValidatorsByBlockNumber`,
    propose: `${group}_proposeValidatorVote`,
    discard: `${group}_discardValidatorVote`,
  };
}

function buildRules(settings: ResolvedChainSettings): Record<string, Json> {
  const forkKeys: Partial<Record<Fork, Record<string, number>>> = {
    berlin: { berlinBlock: 0 },
    london: { londonBlock: 0 },
    shanghai: { londonBlock: 0, shanghaiTime: 0 },
    cancun: { londonBlock: 0, shanghaiTime: 0, cancunTime: 0 },
    // On chains of QBFT and IBFT2, Besu calls Prague's contracts only where `config` has their addresses.
    prague: { londonBlock: 0, shanghaiTime: 0, cancunTime: 0, pragueTime: 0 },
  };
  return {
    ...forkKeys[settings.fork],
    ...(includesFork(settings.fork, "london") && settings.freeGas ? { zeroBaseFee: true } : {}),
    ...(settings.contractSizeLimitBytes === undefined ? {} : { contractSizeLimit: settings.contractSizeLimitBytes }),
    [settings.consensus]: buildBftRules(settings),
  };
}

function validateFormerKeys(genesis: Genesis, path: string): Problem[] {
  return ["qbft", "ibft2"].flatMap((engine) => {
    const rules = genesis.config[engine];
    if (!isRecord(rules) || !("xemptyblockperiodseconds" in rules)) return [];
    const because = "Besu no longer reads this name since 26.8.1";
    const must = "be named emptyblockperiodseconds";
    return [problem({ path: `${path}.config.${engine}.xemptyblockperiodseconds`, must, because })];
  });
}

/**
 * Contracts that Besu calls in every block from Prague on (EIP-7002, EIP-7251), where `config` names them. Chains of QBFT
 * and IBFT2 need not name any. Besu reads only the logs of the deposit contract of EIP-6110, and never calls it.
 */
const calledContracts = ["withdrawalRequestContractAddress", "consolidationRequestContractAddress"];

/** With an address that has no code, Besu starts but never seals a block ("Invalid system call address"). */
function validateCalledContracts(genesis: Genesis, path: string): Problem[] {
  // Before a later Prague, a transaction may still deploy the contracts.
  if (!isActiveAtGenesis(genesis, "pragueTime")) return [];
  const withCode = new Set(
    Object.entries(genesis.alloc).flatMap(([address, { code = "0x" }]) =>
      digitsOf(code) === "" ? [] : [digitsOf(address)],
    ),
  );
  return calledContracts.flatMap((key) => {
    const address = genesis.config[key];
    if (address === undefined || (typeof address === "string" && withCode.has(digitsOf(address)))) return [];
    const because = "Prague is active in block 0, and without code there no block would ever be sealed";
    const must = "be the address of an account with code in alloc, or be left out";
    return [problem({ path: `${path}.config.${key}`, given: address, must, because })];
  });
}
