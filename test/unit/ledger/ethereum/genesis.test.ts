/**
 * The genesis of each client, as written. Chain tests show that clients accept it; genesis-validation.test.ts has bad
 * settings.
 */
import assert from "node:assert/strict";
import { buildExtraData } from "../../../../ledger/ethereum/extra-data";
import { buildGenesis } from "../../../../ledger/ethereum/genesis";
import { genesisText, parseGenesis } from "../../../../ledger/ethereum/genesis-text";
import type { GenesisSettings } from "../../../../ledger/ethereum/genesis-settings";
import { account, addresses } from "./vectors";

const bftMixHash = "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365";
const zeroHash = `0x${"0".repeat(64)}`;
const validators = addresses(4);

const blockZero = {
  nonce: "0x0",
  timestamp: "0x0",
  gasLimit: "0x5f5e100",
  difficulty: "0x1",
  mixHash: bftMixHash,
  coinbase: `0x${"0".repeat(40)}`,
  extraData: buildExtraData("qbft", validators),
  alloc: {},
};
const upToIstanbul = {
  homesteadBlock: 0,
  eip150Block: 0,
  eip155Block: 0,
  eip158Block: 0,
  byzantiumBlock: 0,
  constantinopleBlock: 0,
  petersburgBlock: 0,
  istanbulBlock: 0,
};

describe("genesis", () => {
  it("of Besu is QBFT with Cancun and no base fee, and names the base fee of block 0 so that its hash hangs on no default", () => {
    assert.deepEqual(buildGenesis({ client: "besu", chainId: 1337, validators }), {
      ...blockZero,
      config: {
        chainId: 1337,
        londonBlock: 0,
        shanghaiTime: 0,
        cancunTime: 0,
        zeroBaseFee: true,
        qbft: { epochlength: 30000, blockperiodseconds: 5, requesttimeoutseconds: 10 },
      },
      baseFeePerGas: "0x0",
    });
  });

  it("of GoQuorum is QBFT with Berlin, counting the quorum as Besu does", () => {
    assert.deepEqual(buildGenesis({ client: "goquorum", chainId: 1337, validators }), {
      ...blockZero,
      config: {
        chainId: 1337,
        ...upToIstanbul,
        berlinBlock: 0,
        isQuorum: true,
        maxCodeSizeConfig: [{ block: 0, size: 24 }],
        txnSizeLimit: 128,
        qbft: { epochlength: 30000, blockperiodseconds: 5, requesttimeoutseconds: 10, policy: 0, ceil2Nby3Block: 0 },
      },
    });
  });

  it("of geth is Clique, with Berlin where gas is free, since London would bring a base fee", () => {
    assert.deepEqual(buildGenesis({ client: "geth", chainId: 98052, validators, freeGas: true }), {
      ...blockZero,
      mixHash: zeroHash,
      extraData: buildExtraData("clique", validators),
      config: { chainId: 98052, ...upToIstanbul, berlinBlock: 0, clique: { period: 5, epoch: 30000 } },
    });
  });

  it("of geth has London and its base fee where gas has a price", () => {
    const genesis = buildGenesis({ client: "geth", chainId: 1, validators, freeGas: false });
    assert.equal(genesis.config.londonBlock, 0);
    assert.equal(genesis.baseFeePerGas, "0x3b9aca00");
    const cheaper = buildGenesis({ client: "geth", chainId: 1, validators, freeGas: false, baseFeePerGas: "7" });
    assert.equal(cheaper.baseFeePerGas, "0x7");
  });

  it("of GoQuorum switches gas prices on where gas has a price, and off elsewhere", () => {
    const settings: GenesisSettings = { client: "goquorum", chainId: 1, validators };
    assert.equal(buildGenesis({ ...settings, freeGas: false }).config.enableGasPriceBlock, 0);
    assert.equal(buildGenesis(settings).config.enableGasPriceBlock, undefined);
  });

  it("of Besu with IBFT2 differs in protocol and extraData", () => {
    const genesis = buildGenesis({ client: "besu", consensus: "ibft2", chainId: 1, validators });
    assert.ok("ibft2" in genesis.config && !("qbft" in genesis.config));
    assert.equal(genesis.extraData, buildExtraData("ibft2", validators));
  });

  for (const [fork, keys] of [
    ["berlin", { berlinBlock: 0 }],
    ["london", { londonBlock: 0, zeroBaseFee: true }],
    ["shanghai", { londonBlock: 0, shanghaiTime: 0, zeroBaseFee: true }],
  ] as const) {
    it(`of Besu with ${fork} schedules that fork and no later one`, () => {
      const { chainId, qbft, ...rules } = buildGenesis({ client: "besu", chainId: 1, validators, fork }).config;
      assert.equal(chainId, 1);
      assert.ok(qbft);
      assert.deepEqual(rules, keys);
    });
  }

  it("takes every setting", () => {
    const genesis = buildGenesis({
      client: "besu",
      chainId: 7,
      validators,
      gasLimit: "0x1fffffffffffff",
      blockPeriodSeconds: 2,
      requestTimeoutSeconds: 7,
      emptyBlockPeriodSeconds: 60,
      epochLength: 100,
      contractSizeLimitBytes: 2147483647,
      timestampSeconds: 1600000000,
      alloc: {
        [account(1).address]: { balance: "1000000000000000000", nonce: 2, code: "0x00", storage: { "0x1": "0x02" } },
      },
    });
    assert.deepEqual(genesis.config.qbft, {
      epochlength: 100,
      blockperiodseconds: 2,
      requesttimeoutseconds: 7,
      emptyblockperiodseconds: 60,
    });
    assert.equal(genesis.config.contractSizeLimit, 2147483647);
    assert.equal(genesis.gasLimit, "0x1fffffffffffff");
    assert.equal(genesis.timestamp, "0x5f5e1000");
    assert.deepEqual(genesis.alloc, {
      [account(1).address.toLowerCase()]: {
        balance: "0xde0b6b3a7640000",
        nonce: "0x2",
        code: "0x00",
        storage: { [`0x${"1".padStart(64, "0")}`]: `0x${"2".padStart(64, "0")}` },
      },
    });
  });

  it("counts contracts of GoQuorum in KiB", () => {
    const genesis = buildGenesis({
      client: "goquorum",
      chainId: 1,
      validators,
      contractSizeLimitBytes: 65536,
      transactionSizeLimitKiB: 64,
    });
    assert.deepEqual(genesis.config.maxCodeSizeConfig, [{ block: 0, size: 64 }]);
    assert.equal(genesis.config.txnSizeLimit, 64);
  });
});

describe("genesis text", () => {
  const genesis = buildGenesis({
    client: "goquorum",
    chainId: 1,
    validators,
    alloc: { [account(2).address]: {}, [account(1).address]: {} },
  });

  it("has the same bytes for any order of keys, so that its hash names a ConfigMap", () => {
    const reversed = (value: object): object =>
      Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, part]: [string, unknown]) => [
            key,
            part !== null && typeof part === "object" && !Array.isArray(part) ? reversed(part) : part,
          ]),
      );
    assert.equal(genesisText(reversed(genesis) as typeof genesis), genesisText(genesis));
    assert.match(genesisText(genesis), /^\{\n {2}"alloc": \{\n {4}"0x/);
    assert.ok(genesisText(genesis).endsWith("}\n"));
  });

  it("is read back as the same genesis", () => {
    assert.deepEqual(parseGenesis(genesisText(genesis)), genesis);
  });

  it("takes the defaults of clients for fields that an existing file leaves out, and numbers for text", () => {
    const parsed = parseGenesis('{"config":{"chainId":5},"gasLimit":8000000,"difficulty":"0x1","alloc":{}}');
    assert.deepEqual(parsed, {
      config: { chainId: 5 },
      nonce: "0x0",
      timestamp: "0x0",
      gasLimit: "8000000",
      difficulty: "0x1",
      mixHash: zeroHash,
      coinbase: `0x${"0".repeat(40)}`,
      extraData: "0x",
      alloc: {},
    });
  });

  it("refuses numbers that JSON readers round, since the hash would be of another block", () => {
    assert.throws(() => parseGenesis('{"alloc":{"0x1":{"balance":100000000000000000000}}}'), {
      message:
        'invalid genesis:\n  genesis.alloc.0x1.balance: given 100000000000000000000; must be text, "0x...", because the number is not exact in JSON',
    });
  });

  it("refuses text that is no JSON object", () => {
    assert.throws(
      () => parseGenesis("{", "network.genesis"),
      /network\.genesis: must be the text of genesis\.json, because it is no JSON \(/,
    );
    assert.throws(() => parseGenesis("[]"), /genesis: given \[\]; must be the text of genesis\.json, a JSON object/);
  });
});
