/**
 * Hash of block 0 against go-ethereum: public networks with known hashes, and a block of our own with the fields of
 * Shanghai and Cancun. goquorum-chain.test.ts and clique-chain.test.ts run chains on it.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildGenesis } from "../../../ledger/ethereum/genesis";
import type { Genesis } from "../../../ledger/ethereum/genesis-file";
import { genesisHash } from "../../../ledger/ethereum/genesis-hash";
import { genesisText } from "../../../ledger/ethereum/genesis-text";
import { runClient } from "../../support/ethereum-clients";
import { withDirectory } from "../../support/files";
import { publicGenesis, publicHashes, readDump, recordedNetworks } from "../../unit/ledger/ethereum/public-networks";
import { account, addresses } from "../../unit/ledger/ethereum/vectors";

const ether = "1000000000000000000";

/** Accounts of every kind: with ether, with code, with storage of one slot, of many, and of a zero that counts as none. */
const mixedAlloc = {
  [account(1).address]: { balance: ether },
  [account(2).address]: { balance: "0x1", nonce: 7 },
  [account(3).address]: { code: "0x600160005260206000f3", storage: { "0x0": "0x2a" } },
  [account(4).address]: {
    balance: 5,
    code: "0x00",
    storage: Object.fromEntries(
      Array.from({ length: 40 }, (_, slot) => [`0x${slot.toString(16)}`, `0x${(slot * 97).toString(16)}`]),
    ),
  },
};

/** Hash of block 0 according to go-ethereum. */
function referenceHash(genesis: Genesis): string {
  return withDirectory((directory) => {
    const file = join(directory, "genesis.json");
    writeFileSync(file, genesisText(genesis));
    const data = ["--datadir", join(directory, "data"), "--verbosity", "1"];
    runClient("geth", [...data, "init", file]);
    const offline = ["--nodiscover", "--maxpeers", "0", "--port", "0", "--authrpc.port", "0", "--ipcdisable"];
    const output = runClient("geth", [...data, ...offline, "--exec", "eth.getBlock(0).hash", "console"]);
    return JSON.parse(output) as string;
  });
}

describe("hash of block 0 beside go-ethereum's", function () {
  this.timeout(60_000);

  for (const [network, hash] of Object.entries(publicHashes)) {
    it(`is the known one for ${network}`, () => {
      const genesis = readDump(runClient("geth", ["dumpgenesis", `--${network}`]));
      assert.equal(genesisHash(genesis), hash);
      if (recordedNetworks.includes(network)) assert.deepEqual(publicGenesis(network), genesis);
    });
  }

  it("is the same with base fee, withdrawals and blob fields, and accounts of every kind", () => {
    const built = buildGenesis({ client: "besu", chainId: 1337, validators: addresses(4), alloc: mixedAlloc });
    // go-ethereum requires every earlier fork and a chain without proof of work; neither enters the hash.
    const earlier = buildGenesis({
      client: "geth",
      chainId: 1337,
      fork: "london",
      freeGas: false,
      validators: addresses(1),
    });
    const merged = { terminalTotalDifficulty: 0, terminalTotalDifficultyPassed: true };
    const { londonBlock, berlinBlock, ...istanbul } = earlier.config;
    const config = { ...istanbul, berlinBlock: berlinBlock!, ...built.config, londonBlock: londonBlock!, ...merged };
    const reference = referenceHash({ ...built, config });
    assert.equal(genesisHash(built), reference);
  });
});
