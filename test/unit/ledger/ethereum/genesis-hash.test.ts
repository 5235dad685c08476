/**
 * Hash of block 0 against go-ethereum: public networks with known hashes, and a block of our own with the
 * fields of Shanghai and Cancun. The chains that seal on it are in goquorum-chain.test.ts and clique-chain.test.ts.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildGenesis, type Genesis } from "../../../../ledger/ethereum/genesis";
import { genesisHash, genesisHeader } from "../../../../ledger/ethereum/genesis-hash";
import { genesisText, parseGenesis } from "../../../../ledger/ethereum/genesis-text";
import { toHex } from "../../../../ledger/ethereum/hex";
import { stateRoot } from "../../../../ledger/ethereum/state-root";
import { runClient, withDirectory } from "./reference-clients";
import { account, addresses } from "./vectors";

const ETHER = "1000000000000000000";

/** Accounts of every kind: with ether, with code, with storage of one slot, of many, and of a zero that counts as none. */
const mixedAlloc = {
  [account(1).address]: { balance: ETHER },
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

/** What go-ethereum says the hash of block 0 is. */
function referenceHash(genesis: Genesis): Promise<string> {
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

describe("hash of block 0", function () {
  this.timeout(60_000);

  const publicNetworks: Record<string, string> = {
    mainnet: "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3",
    sepolia: "0x25a5cc106eea7138acab33231d7160d69cb777ee0c2c553fcddf5138993e6dd9",
    holesky: "0xb5f7f912443c940f21fd611f12828d75b534364ed9e95ca4e307729a4661bde4",
    goerli: "0xbf7e331f7f7c1dd2e05159666b3bf8bc7a8a3a9eb1d518969eab529dd9b88c1a",
  };
  for (const [network, hash] of Object.entries(publicNetworks)) {
    it(`is the known one for ${network}`, () => {
      const text = runClient("geth", ["dumpgenesis", `--${network}`]);
      // Beyond what JSON numbers hold exactly, and no part of block 0.
      const genesis = parseGenesis(text.replace(/"terminalTotalDifficulty":[0-9]+,?/, ""));
      assert.equal(genesisHash(genesis), hash);
    });
  }

  it("is go-ethereum's with base fee, withdrawals and blob fields, and accounts of every kind", async () => {
    const built = buildGenesis({ client: "besu", chainId: 1337, validators: addresses(4), alloc: mixedAlloc });
    // go-ethereum wants every earlier fork named and a chain without proof of work; neither enters the hash.
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
    const reference = await referenceHash({ ...built, config });
    assert.equal(genesisHash(built), reference);
  });

  it("does not depend on rules that add no header field", () => {
    const settings = { client: "goquorum", chainId: 1, validators: addresses(4) } as const;
    assert.equal(
      genesisHash(buildGenesis(settings)),
      genesisHash(buildGenesis({ ...settings, chainId: 2, blockPeriodSeconds: 1 })),
    );
  });

  it("depends on validators and accounts", () => {
    const settings = { client: "goquorum", chainId: 1, validators: addresses(4) } as const;
    const hashes = [
      settings,
      { ...settings, validators: addresses(5) },
      { ...settings, alloc: { [account(1).address]: { balance: 1 } } },
    ].map((each) => genesisHash(buildGenesis(each)));
    assert.equal(new Set(hashes).size, 3);
  });

  it("has 16 header fields with London, 20 with Cancun, 21 with Prague", () => {
    const london = buildGenesis({ client: "besu", fork: "london", chainId: 1, validators: addresses(1) });
    const cancun = buildGenesis({ client: "besu", chainId: 1, validators: addresses(1) });
    const prague = { ...cancun, config: { ...cancun.config, pragueTime: 0 } };
    assert.deepEqual(
      [london, cancun, prague].map((genesis) => genesisHeader(genesis).length),
      [16, 20, 21],
    );
  });

  it("is refused for a header it does not know, rather than wrong", () => {
    const genesis = buildGenesis({ client: "besu", chainId: 1, validators: addresses(1) });
    genesis.config.amsterdamTime = 0;
    assert.throws(() => genesisHash(genesis), /^RangeError: config.amsterdamTime: /);
  });
});

describe("state root", () => {
  it("is the well-known one of no accounts", () => {
    assert.equal(toHex(stateRoot({})), "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
  });

  it("is the same for any order and spelling of addresses and slots", () => {
    const storage = { "0x1": "0x2", "0x2": "0x3" };
    const one = { "0x00000000000000000000000000000000000000AA": { balance: "16", code: "0x00", storage } };
    const other = {
      "00000000000000000000000000000000000000aa": {
        balance: "0x10",
        code: "0x00",
        storage: { "02": "3", "1": "0x02", "5": "0x0" },
      },
    };
    assert.equal(toHex(stateRoot(one)), toHex(stateRoot(other)));
  });
});
