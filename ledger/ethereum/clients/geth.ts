/** go-ethereum 1.13. Sources: `consensus/clique/clique.go`, `params/config.go`; release notes of 1.14.0 and 1.17.4. */
import { blockForksAtGenesis } from "../fork";
import type { ClientFacts } from "./client-facts";
import { connectionLimits, gethMetrics, optionsOfGeth } from "./geth-family";
import { gethOptions } from "./geth-option-table";

const title = "geth";
const noShanghai = "Clique of geth 1.13 rejects Shanghai and all after it";
const noConsensusClient = "it turns the chain over to a consensus client, and sealing stops";

export const geth: ClientFacts = {
  title,
  releases: {
    default: "1.13.15",
    oldest: "1.13.0",
    below: "1.14.0",
    tooOld: "older releases lack fixes and flags that 1.13 has",
    tooNew: "from 1.14.0 on geth runs only networks with a consensus client and refuses to seal Clique blocks",
    newestMends: "contains security fixes",
    endOfLife:
      "geth 1.13 gets no fixes, among others not for CVE-2026-22862, by which a peer crashes the node: keep its P2P port inside the cluster",
  },
  image: (version) => `docker.io/ethereum/client-go:v${version}`,
  consensus: ["clique"],
  forks: {
    oldest: "istanbul",
    newest: "london",
    newestReason: 'Clique of geth 1.13 answers "clique does not support shanghai fork" and seals no block',
    default: { freeGas: "berlin", pricedGas: "london" },
  },
  // geth replaces a gas price of 0 by its default of 1 gwei (`eth/backend.go`), and drops transactions that pay less.
  gas: { canBeFree: false, hasZeroBaseFee: false },
  // EIP-170, fixed in the client.
  contractSize: { lowest: 24576, highest: 24576, multipleOf: 1 },
  limitsTransactions: false,
  buildRules: (settings) => ({
    ...blockForksAtGenesis(settings.fork),
    clique: { period: settings.blockPeriodSeconds, epoch: settings.epochLength },
  }),
  existing: {
    refusedKeys: {
      ethash: "geth 1.13 seals no proof of work",
      qbft: "geth has no QBFT; choose goquorum or besu",
      ibft2: "geth has no IBFT2; choose besu",
      terminalTotalDifficulty: noConsensusClient,
      terminalTotalDifficultyPassed: noConsensusClient,
      shanghaiTime: noShanghai,
      cancunTime: noShanghai,
      pragueTime: noShanghai,
    },
    refusesForkGaps: true,
  },
  transitionUnit: () => "block",
  peers: {
    eth: [67, 68],
    enodeParameters: ["discport"],
    byName: { discoveryPort: 0 },
    hasBootnodes: true,
    files: peerFiles,
  },
  votes: {
    clique: {
      list: "clique_getSigners",
      propose: "clique_propose",
      discard: "clique_discard",
      snapshot: "clique_getSnapshot",
    },
  },
  options: optionsOfGeth(title, gethOptions),
  metrics: gethMetrics,
  hasTokens: false,
  furtherApis: ["debug", "txpool"],
};

/** geth ignores static-nodes.json and reads its peers from its configuration (`node/config.go`). */
function peerFiles(enodes: readonly string[], bootnodes: readonly string[]): Record<string, string> {
  const list = (urls: readonly string[]): string => urls.map((url) => `  ${JSON.stringify(url)},\n`).join("");
  const bootstrap = bootnodes.length === 0 ? "" : `BootstrapNodes = [\n${list(bootnodes)}]\n`;
  const config = `[Node.P2P]\nStaticNodes = [\n${list(enodes)}]\n${bootstrap}`;
  // Bootnodes lead to more nodes than the ones named here, so the number is open.
  const limits = bootnodes.length === 0 ? connectionLimits(enodes.length) : "";
  return { "config.toml": config, "rpc.toml": `${config}${limits}` };
}
