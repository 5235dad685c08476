/** GoQuorum. Sources: its `params/config.go` and its archive notice of 2026-06-05. */
import { problem, type Problem } from "../../../lib/problem";
import { buildBftRules } from "../bft-rules";
import { blockForksAtGenesis } from "../fork";
import type { Genesis } from "../genesis-file";
import type { ResolvedChainSettings } from "../chain-settings";
import type { Json } from "../json";
import { validateTurns } from "../proposer-order";
import type { ClientFacts } from "./client-facts";
import { connectionLimits, gethMetrics, optionsOfGeth } from "./geth-family";
import { goquorumOptions } from "./goquorum-option-table";
import { staticNodesFile } from "./static-nodes-file";

const title = "GoQuorum";
const skipsKey = "GoQuorum 22.7 knows no fork after Berlin and skips this key silently";
const noIbft1 = "IBFT 1 of GoQuorum is not supported here, QBFT is";

export const goquorum: ClientFacts = {
  title,
  releases: {
    default: "24.4.1",
    oldest: "22.7.4",
    below: "25.0.0",
    tooOld: "older releases have not been tried with the genesis written here",
    tooNew: "GoQuorum was archived in 2026 after its 24.x releases",
    // Consensys/quorum 1612, 1615, 1630, 1669, 1692.
    newestMends: "mends QBFT, which before 24.4.0 can stop or fork although nothing failed",
    endOfLife: "GoQuorum is archived and gets no fixes",
  },
  image: (version) => `docker.io/quorumengineering/quorum:${version}`,
  consensus: ["qbft"],
  forks: {
    oldest: "istanbul",
    newest: "berlin",
    newestReason: "GoQuorum 22.7 is built on go-ethereum 1.10.3, which knows no later fork and skips its key silently",
    default: { freeGas: "berlin", pricedGas: "berlin" },
  },
  gas: { canBeFree: true, hasZeroBaseFee: false, target: 700_000_000n },
  // GoQuorum counts in KiB.
  contractSize: { lowest: 24 * 1024, highest: 128 * 1024, multipleOf: 1024 },
  limitsTransactions: true,
  buildRules,
  existing: {
    refusedKeys: {
      istanbul: noIbft1,
      ibft: noIbft1,
      clique: "GoQuorum is supported here with QBFT",
      londonBlock: skipsKey,
      shanghaiTime: skipsKey,
      cancunTime: skipsKey,
      pragueTime: skipsKey,
    },
    refusesForkGaps: true,
    validate: validateBaseFee,
  },
  transitionUnit: () => "block",
  peers: {
    // The versions of go-ethereum 1.10.3.
    eth: [65, 66],
    enodeParameters: ["discport", "raftport"],
    // With a port of Raft, even 0, GoQuorum keeps a DNS host and resolves it on each dial.
    byName: { discoveryPort: 0, raftPort: 0 },
    hasBootnodes: false,
    files: (enodes) => ({ ...staticNodesFile(enodes), "rpc.toml": `[Node.P2P]\n${connectionLimits(enodes.length)}` }),
  },
  votes: {
    qbft: {
      list: "istanbul_getValidators",
      propose: "istanbul_propose",
      discard: "istanbul_discard",
      snapshot: "istanbul_getSnapshot",
    },
  },
  validateValidators: validateTurns,
  options: optionsOfGeth(title, goquorumOptions),
  metrics: gethMetrics,
  hasTokens: false,
  furtherApis: ["debug", "txpool"],
};

function buildRules(settings: ResolvedChainSettings): Record<string, Json> {
  const sizeKiB = (settings.contractSizeLimitBytes ?? 24 * 1024) / 1024;
  return {
    ...blockForksAtGenesis(settings.fork),
    isQuorum: true,
    ...(settings.freeGas ? {} : { enableGasPriceBlock: 0 }),
    maxCodeSizeConfig: [{ block: 0, size: sizeKiB }],
    txnSizeLimit: settings.transactionSizeLimitKiB,
    // ceil2Nby3Block 0: the quorum is ceil(2n/3) from the first block on, as in Besu, and not 2f+1.
    qbft: { ...buildBftRules(settings), policy: 0, ceil2Nby3Block: 0 },
  };
}

function validateBaseFee(genesis: Genesis, path: string): Problem[] {
  if (genesis.baseFeePerGas === undefined) return [];
  const because = "GoQuorum has no base fee and leaves it out of block 0, whose hash would differ from other clients'";
  return [problem({ path: `${path}.baseFeePerGas`, given: genesis.baseFeePerGas, must: "be left out", because })];
}
