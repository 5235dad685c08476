import assert from "node:assert/strict";
import type { Client } from "../../../../ledger/ethereum/clients";
import { consensusOf, validateGenesis } from "../../../../ledger/ethereum/existing-genesis";
import { buildGenesis } from "../../../../ledger/ethereum/genesis";
import type { Genesis } from "../../../../ledger/ethereum/genesis-file";
import { parseGenesis } from "../../../../ledger/ethereum/genesis-text";
import { publicText } from "./public-networks";
import { addresses } from "./vectors";

const address = `0x${"11".repeat(20)}`;

function genesisOf(client: Client, change: (genesis: Genesis) => void = () => undefined): Genesis {
  const genesis = buildGenesis({ client, chainId: 1337, validators: addresses(4) });
  change(genesis);
  return genesis;
}

function messages(client: Client, change: (genesis: Genesis) => void): string[] {
  return validateGenesis(genesisOf(client, change), client, "g").map(({ path, message }) => `${path}: ${message}`);
}

describe("check of an existing genesis", () => {
  it("accepts what is built here, for its own client", () => {
    for (const client of ["besu", "goquorum", "geth"] as const) {
      assert.deepEqual(validateGenesis(genesisOf(client), client, "g"), []);
    }
  });

  it("accepts a GoQuorum chain on Besu, which takes such chains over", () => {
    assert.deepEqual(validateGenesis(genesisOf("goquorum"), "besu", "g"), []);
  });

  it("accepts Prague on Besu without contracts that it calls, with their code, and before they are needed", () => {
    const named = { withdrawalRequestContractAddress: address, consolidationRequestContractAddress: address };
    const code = { [address.toUpperCase().replace("X", "x")]: { balance: "0x0", code: "0x00" } };
    const chains: ((genesis: Genesis) => void)[] = [
      ({ config }) => Object.assign(config, { pragueTime: 0 }),
      (genesis) => Object.assign(genesis, { config: { ...genesis.config, pragueTime: 0, ...named }, alloc: code }),
      ({ config }) => Object.assign(config, { pragueTime: 2_000_000_000, ...named }),
    ];
    for (const change of chains) assert.deepEqual(messages("besu", change), []);
  });

  const refusals: [string, Client, (genesis: Genesis) => void, string[]][] = [
    [
      "chain id 0",
      "besu",
      ({ config }) => (config.chainId = 0),
      ["g.config.chainId: given 0; must be a whole number from 1 to 4503599627370476"],
    ],
    [
      "a contract that Prague calls in every block, and that is not there",
      "besu",
      ({ config }) => Object.assign(config, { pragueTime: 0, withdrawalRequestContractAddress: address }),
      [
        `g.config.withdrawalRequestContractAddress: given "${address}"; must be the address of an account with code in alloc, or be left out, because Prague is active in block 0, and without code there no block would ever be sealed`,
      ],
    ],
    [
      "the experimental name of the empty block period, which Besu skips since 26.8.1",
      "besu",
      ({ config }) => Object.assign(config.qbft as object, { xemptyblockperiodseconds: 60 }),
      [
        "g.config.qbft.xemptyblockperiodseconds: must be named emptyblockperiodseconds, because Besu no longer reads this name since 26.8.1",
      ],
    ],
    [
      "London on GoQuorum, which skips it silently",
      "goquorum",
      ({ config }) => (config.londonBlock = 0),
      [
        "g.config.londonBlock: given 0; must be left out, because GoQuorum 22.7 knows no fork after Berlin and skips this key silently. Run this chain with another client, or correct the file on every node",
      ],
    ],
    [
      "a base fee on GoQuorum, which leaves it out of block 0",
      "goquorum",
      (genesis) => (genesis.baseFeePerGas = "0x0"),
      [
        'g.baseFeePerGas: given "0x0"; must be left out, because GoQuorum has no base fee and leaves it out of block 0, whose hash would differ from other clients\'',
      ],
    ],
    [
      "a total difficulty that ends Clique, and Shanghai, at once",
      "geth",
      ({ config }) => Object.assign(config, { terminalTotalDifficulty: 0, shanghaiTime: 0 }),
      [
        "g.config.terminalTotalDifficulty: given 0; must be left out, because it turns the chain over to a consensus client, and sealing stops. Run this chain with another client, or correct the file on every node",
        "g.config.shanghaiTime: given 0; must be left out, because Clique of geth 1.13 rejects Shanghai and all after it. Run this chain with another client, or correct the file on every node",
      ],
    ],
    [
      "a fork without the one before it",
      "geth",
      ({ config }) => delete (config as Record<string, unknown>).istanbulBlock,
      [
        "g.config.berlinBlock: given 0; must come no earlier than istanbulBlock (not scheduled). Give istanbulBlock a block that is not later",
      ],
    ],
    [
      "a fork before the one it builds on",
      "goquorum",
      ({ config }) => (config.istanbulBlock = 9),
      [
        "g.config.berlinBlock: given 0; must come no earlier than istanbulBlock (9). Give istanbulBlock a block that is not later",
      ],
    ],
    [
      "no validators and no contract that names them",
      "besu",
      (genesis) => (genesis.extraData = `0xe5a0${"0".repeat(64)}c0c080c0`),
      [
        `g.extraData: given "0xe5a${"0".repeat(64)}0c0c080c0"; must name a validator, because otherwise no validator seals block 1. Take the genesis.json of the running chain`,
      ],
    ],
    [
      "nonces that clients read differently",
      "besu",
      (genesis) => {
        genesis.nonce = "10";
        genesis.alloc = { [address]: { balance: "0", nonce: "12" } };
      },
      [
        'g.nonce: given "10"; must be hexadecimal text, "0x...", because clients disagree whether this is decimal',
        `g.alloc["${address}"].nonce: given "12"; must be hexadecimal text, "0x...", because clients disagree whether this is decimal`,
      ],
    ],
    [
      "fields that are no numbers, addresses, hashes or words",
      "besu",
      (genesis) => {
        Object.assign(genesis, { gasLimit: "much", mixHash: "0x12", coinbase: "me" });
        genesis.alloc = { [address]: { balance: "rich", code: "0x1", storage: { "0x1": "0x22" } } };
      },
      [
        'g.gasLimit: given "much"; must be a number as text, "0x..."',
        'g.mixHash: given "0x12"; must be 0x and 64 hexadecimal digits',
        'g.coinbase: given "me"; must be an address in quotes: 0x and 40 hexadecimal digits',
        `g.alloc["${address}"].balance: given "rich"; must be wei as text, "0x..." or decimal`,
        `g.alloc["${address}"].code: given "0x1"; must be runtime bytecode: 0x and an even number of hexadecimal digits`,
        `g.alloc["${address}"].storage["0x1"]: given "0x22"; must be a slot and its value, each 0x and an even number of hexadecimal digits, up to 64`,
      ],
    ],
    [
      "a block 0 that is none",
      "geth",
      (genesis) => Object.assign(genesis, { number: "0x5", gasUsed: "0x0" }),
      ['g.number: given "0x5"; must be left out, because block 0 has zero here'],
    ],
  ];
  for (const [name, client, change, expected] of refusals) {
    it(`refuses ${name}`, () => assert.deepEqual(messages(client, change), expected));
  }

  it("refuses a chain of another protocol, naming what must be there", () => {
    const [problem] = validateGenesis(genesisOf("besu"), "geth", "g");
    assert.equal(problem?.path, "g.config");
    assert.match(problem?.message ?? "", /^given \[.*\]; must have clique, because geth seals blocks by nothing else$/);
  });

  it("accepts validators that a contract names", () => {
    assert.deepEqual(
      messages("besu", (genesis) => {
        Object.assign(genesis.config.qbft as object, { validatorcontractaddress: address });
        genesis.extraData = `0xe5a0${"0".repeat(64)}c0c080c0`;
      }),
      [],
    );
  });

  it("takes the protocol of block 0 for a chain that moves from IBFT2 to QBFT", () => {
    const genesis = buildGenesis({ client: "besu", consensus: "ibft2", chainId: 1, validators: addresses(4) });
    genesis.config.qbft = { startblock: 1000 };
    assert.equal(consensusOf(genesis), "ibft2");
    assert.deepEqual(validateGenesis(genesis, "besu", "g"), []);
  });

  it("reads the genesis of a public Clique chain, and refuses only that it has left Clique", () => {
    const genesis = parseGenesis(publicText("goerli"));
    const paths = validateGenesis(genesis, "geth", "g").map(({ path }) => path);
    assert.deepEqual(paths.toSorted(), [
      "g.config.cancunTime",
      "g.config.shanghaiTime",
      "g.config.terminalTotalDifficulty",
      "g.config.terminalTotalDifficultyPassed",
    ]);
  });
});
