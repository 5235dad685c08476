/** Public networks, with known blocks 0. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Genesis } from "../../../../ledger/ethereum/genesis-file";
import { parseGenesis } from "../../../../ledger/ethereum/genesis-text";

/** Hash of block 0. */
export const publicHashes = {
  mainnet: "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3",
  sepolia: "0x25a5cc106eea7138acab33231d7160d69cb777ee0c2c553fcddf5138993e6dd9",
  holesky: "0xb5f7f912443c940f21fd611f12828d75b534364ed9e95ca4e307729a4661bde4",
  goerli: "0xbf7e331f7f7c1dd2e05159666b3bf8bc7a8a3a9eb1d518969eab529dd9b88c1a",
};

/** Networks with an output of `geth dumpgenesis` in fixtures/; the level `nodes` asks geth again. */
export const recordedNetworks = ["goerli", "sepolia"];

/** Output of `geth dumpgenesis`. */
export function publicText(network: string): string {
  return readFileSync(join(__dirname, "fixtures", `${network}.json`), "utf8");
}

export function publicGenesis(network: string): Genesis {
  return readDump(publicText(network));
}

/**
 * Reads the output of `geth dumpgenesis` without the total difficulty, which exceeds JSON numbers and is no part of
 * block 0.
 */
export function readDump(text: string): Genesis {
  return parseGenesis(text.replace(/"terminalTotalDifficulty": ?[0-9]+,?/, ""));
}
