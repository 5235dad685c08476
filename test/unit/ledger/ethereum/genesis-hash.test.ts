/**
 * Hash of block 0, with public networks as known answers. test/nodes/ethereum/genesis-hash.test.ts asks go-ethereum.
 */
import assert from "node:assert/strict";
import { buildGenesis } from "../../../../ledger/ethereum/genesis";
import { genesisHash, genesisHeader } from "../../../../ledger/ethereum/genesis-hash";
import { toHex } from "../../../../ledger/ethereum/hex";
import { stateRoot } from "../../../../ledger/ethereum/state-root";
import { publicGenesis, publicHashes } from "./public-networks";
import { account, addresses } from "./vectors";

describe("hash of block 0", () => {
  for (const [network, hash] of Object.entries({ goerli: publicHashes.goerli, sepolia: publicHashes.sepolia })) {
    it(`is the known one for ${network}`, () => assert.equal(genesisHash(publicGenesis(network)), hash));
  }

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
