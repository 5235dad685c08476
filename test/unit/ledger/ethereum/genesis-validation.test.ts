import assert from "node:assert/strict";
import { buildGenesis } from "../../../../ledger/ethereum/genesis";
import { warnGenesisSettings, type GenesisSettings } from "../../../../ledger/ethereum/genesis-settings";
import { findIdleSettings, validateGenesisSettings } from "../../../../ledger/ethereum/genesis-validation";
import { account, addresses } from "./vectors";
import { said } from "../../../support/problems";

const validators = addresses(4);
const besu: GenesisSettings = { client: "besu", chainId: 1337, validators };
const goquorum: GenesisSettings = { ...besu, client: "goquorum" };
const geth: GenesisSettings = { ...besu, client: "geth" };

function messages(settings: GenesisSettings): string[] {
  return validateGenesisSettings(settings, "g").map(({ path, message }) => `${path}: ${message}`);
}

describe("genesis settings check", () => {
  const chainIds = "must be a whole number from 1 to 4503599627370476";
  const refusals: [string, GenesisSettings, string[]][] = [
    [
      "an unknown client",
      { ...besu, client: "reth" as "geth" },
      ['g.client: given "reth"; must be one of besu, goquorum, geth'],
    ],
    ["chain id 0", { ...besu, chainId: 0 }, ["g.chainId: given 0; must be a whole number from 1 to 4503599627370476"]],
    [
      "a negative chain id",
      { ...besu, chainId: -1 },
      ["g.chainId: given -1; must be a whole number from 1 to 4503599627370476"],
    ],
    [
      "a chain id with a fraction",
      { ...besu, chainId: 1.5 },
      ["g.chainId: given 1.5; must be a whole number from 1 to 4503599627370476"],
    ],
    [
      "a chain id wallets cannot sign for",
      { ...besu, chainId: 4503599627370477 },
      ["g.chainId: given 4503599627370477; must be a whole number from 1 to 4503599627370476"],
    ],
    [
      "no validators",
      { ...besu, validators: [] },
      [
        "g.validators: given []; must name one address or more, because a chain without validators seals no block. With four the chain survives the loss of one",
      ],
    ],
    [
      "a validator twice",
      { ...besu, validators: [validators[0]!, validators[0]!] },
      [
        `g.validators[1]: given "${validators[0]}"; must be an address of its own, because g.validators[0] has it already`,
      ],
    ],
    [
      "a protocol of another client",
      { ...geth, consensus: "qbft" },
      ['g.consensus: given "qbft"; must be clique, because geth seals no blocks by another'],
    ],
    [
      "Clique on Besu",
      { ...besu, consensus: "clique" },
      ['g.consensus: given "clique"; must be qbft or ibft2, because Besu seals no blocks by another'],
    ],
    [
      "a fork nobody knows",
      { ...besu, fork: "atlantis" as "london" },
      ['g.fork: given "atlantis"; must be one of berlin, london, shanghai, cancun, prague'],
    ],
    [
      "a contract size that was meant in KiB",
      { ...besu, contractSizeLimitBytes: 64 },
      [
        "g.contractSizeLimitBytes: given 64; must be a whole number of bytes from 1024 to 2147483647, because Besu takes no other",
      ],
    ],
    [
      "London on GoQuorum",
      { ...goquorum, fork: "london" },
      [
        'g.fork: given "london"; must be one of istanbul, berlin, because GoQuorum 22.7 is built on go-ethereum 1.10.3, which knows no later fork and skips its key silently',
      ],
    ],
    [
      "Shanghai under Clique",
      { ...geth, fork: "shanghai" },
      [
        'g.fork: given "shanghai"; must be one of istanbul, berlin, london, because Clique of geth 1.13 answers "clique does not support shanghai fork" and seals no block',
      ],
    ],
    [
      "free gas with London on geth",
      { ...geth, fork: "london", freeGas: true },
      [
        'g.fork: given "london"; must be older than london where gas is free, because geth has no switch for a zero base fee: with London it starts at 1 gwei and moves with use. Or set freeGas to false and fund accounts in alloc',
      ],
    ],
    [
      "a fork older than Besu starts with",
      { ...besu, fork: "istanbul" },
      [
        'g.fork: given "istanbul"; must be one of berlin, london, shanghai, cancun, prague, because Besu runs no older one',
      ],
    ],
    [
      "a gas limit that holds no transaction",
      { ...besu, gasLimit: 20999 },
      [
        "g.gasLimit: given 20999; must be a number from 21000 (one transfer of ether) to 9007199254740991 (0x1fffffffffffff)",
      ],
    ],
    [
      "a gas limit beyond what clients hold exactly",
      { ...besu, gasLimit: "0x20000000000000" },
      [
        'g.gasLimit: given "0x20000000000000"; must be a number from 21000 (one transfer of ether) to 9007199254740991 (0x1fffffffffffff)',
      ],
    ],
    [
      "a gas limit in words",
      { ...besu, gasLimit: "lots" },
      [
        'g.gasLimit: given "lots"; must be a number from 21000 (one transfer of ether) to 9007199254740991 (0x1fffffffffffff)',
      ],
    ],
    [
      "a base fee on a free chain",
      { ...besu, baseFeePerGas: 7 },
      ["g.baseFeePerGas: given 7; must be left out, because gas is free. Or set freeGas to false"],
    ],
    [
      "a block period of 0",
      { ...besu, blockPeriodSeconds: 0 },
      ["g.blockPeriodSeconds: given 0; must be a whole number from 1 to 2147483647"],
    ],
    [
      "a request timeout below the block period",
      { ...besu, blockPeriodSeconds: 4, requestTimeoutSeconds: 3 },
      [
        "g.requestTimeoutSeconds: given 3; must be 4 or more, because no round would end with a block before the block period is over. 8, twice the block period, is the default",
      ],
    ],
    [
      "an empty block period that is none",
      { ...besu, blockPeriodSeconds: 4, emptyBlockPeriodSeconds: 4 },
      [
        "g.emptyBlockPeriodSeconds: given 4; must be more than the block period of 4 s, or 0 to seal empty blocks like others",
      ],
    ],
    [
      "another contract size on geth",
      { ...geth, contractSizeLimitBytes: 50000 },
      ["g.contractSizeLimitBytes: given 50000; must be left out, because geth has the 24576 bytes of EIP-170 built in"],
    ],
    [
      "a contract size GoQuorum cannot express",
      { ...goquorum, contractSizeLimitBytes: 25000, transactionSizeLimitKiB: 129 },
      [
        "g.contractSizeLimitBytes: given 25000; must be a multiple of 1024 of bytes from 24576 to 131072, because GoQuorum takes no other",
        "g.transactionSizeLimitKiB: given 129; must be a whole number from 32 to 128",
      ],
    ],
    [
      "accounts that are none, all of them",
      {
        ...besu,
        alloc: {
          "0x12": {},
          [validators[0]!]: { balance: "1 ether", nonce: -1, code: "6000", storage: { "0x1": "z" } },
        },
      },
      [
        'g.alloc["0x12"]: given "0x12"; must be an address in quotes: 0x and 40 hexadecimal digits',
        `g.alloc["${validators[0]}"].balance: given "1 ether"; must be wei in quotes, for example "1000000000000000000" for one ether`,
        `g.alloc["${validators[0]}"].nonce: given -1; must be a whole number from 0 to 9007199254740991`,
        `g.alloc["${validators[0]}"].code: given "6000"; must be runtime bytecode: 0x and an even number of hexadecimal digits`,
        `g.alloc["${validators[0]}"].storage["0x1"]: given "z"; must be a slot and its value, each 0x and up to 64 hexadecimal digits`,
      ],
    ],
  ];
  for (const [name, settings, expected] of refusals) {
    it(`refuses ${name}`, () => assert.deepEqual(messages(settings), expected));
  }

  describe("of settings that no client reads on such a chain", () => {
    const idle = (settings: GenesisSettings) =>
      findIdleSettings(settings, "g").map(({ path, message }) => `${path}: ${message}`);

    it("refuses a limit of transactions where genesis has none", () => {
      assert.deepEqual(idle({ ...besu, transactionSizeLimitKiB: 64 }), [
        "g.transactionSizeLimitKiB: given 64; must be left out, because Besu reads no such limit from genesis",
      ]);
      assert.equal(idle({ ...geth, transactionSizeLimitKiB: 64 }).length, 1);
      assert.deepEqual(idle({ ...goquorum, transactionSizeLimitKiB: 64 }), []);
    });

    it("refuses times of rounds and of empty blocks under Clique", () => {
      const times = { requestTimeoutSeconds: 20, emptyBlockPeriodSeconds: 30 };
      assert.deepEqual(idle({ ...geth, ...times }), [
        "g.requestTimeoutSeconds: given 20; must be left out, because Clique has no rounds",
        "g.emptyBlockPeriodSeconds: given 30; must be left out, because Clique seals empty blocks like others",
      ]);
      assert.deepEqual(idle({ ...besu, ...times }), []);
    });

    it("refuses a base fee before London", () => {
      assert.deepEqual(idle({ ...goquorum, freeGas: false, baseFeePerGas: 7 }), [
        "g.baseFeePerGas: given 7; must be left out, because blocks have a base fee from london on, and fork is berlin",
      ]);
      assert.equal(idle({ ...besu, fork: "berlin", freeGas: false, baseFeePerGas: 7 }).length, 1);
      assert.deepEqual(idle({ ...besu, freeGas: false, baseFeePerGas: 7 }), []);
    });

    it("lets chains be that have some of them already", () => {
      const old = { ...besu, transactionSizeLimitKiB: 64 };
      assert.deepEqual(messages(old), []);
      assert.deepEqual(buildGenesis(old), buildGenesis(besu));
    });
  });

  it("reports all problems at once, in the order of the settings", () => {
    const settings: GenesisSettings = {
      ...besu,
      chainId: 0,
      validators: ["0x1"],
      fork: "istanbul",
      gasLimit: 0,
      epochLength: 0,
    };
    const paths = validateGenesisSettings(settings, "g").map(({ path }) => path);
    assert.deepEqual(paths, ["g.chainId", "g.validators[0]", "g.fork", "g.gasLimit", "g.epochLength"]);
  });

  it("is what building throws", () => {
    assert.throws(() => buildGenesis({ ...besu, chainId: 0 }), {
      name: "InputError",
      message: `invalid genesis settings:\n  genesis.chainId: given 0; ${chainIds}`,
    });
  });

  it("finds nothing in the smallest settings of each client", () => {
    for (const settings of [besu, goquorum, geth]) {
      assert.deepEqual(messages(settings), []);
      assert.deepEqual(warnGenesisSettings(settings, "g"), []);
    }
  });

  it("warns of the chain id of a public network, where signed transactions are valid too", () => {
    assert.deepEqual(said(warnGenesisSettings({ ...besu, chainId: 11155111 }, "g")), [
      {
        path: "g.chainId",
        message:
          "given 11155111; should be another number, because this is the chain id of Sepolia, and signed transactions are valid on both chains",
      },
    ]);
  });

  it("warns of a request timeout below twice the block period, but not under Clique, which has none", () => {
    const short = { blockPeriodSeconds: 2, requestTimeoutSeconds: 3 };
    const [warning] = warnGenesisSettings({ ...besu, ...short }, "g");
    assert.equal(warning?.path, "g.requestTimeoutSeconds");
    assert.deepEqual(warnGenesisSettings({ ...geth, ...short }, "g"), []);
  });

  it("warns of contracts that no transaction can create from Shanghai on, with any limit in genesis", () => {
    const large = { ...besu, contractSizeLimitBytes: 131072 };
    assert.deepEqual(said(warnGenesisSettings(large, "g")), [
      {
        path: "g.contractSizeLimitBytes",
        message:
          "given 131072; should be 49152 or less, because with fork cancun code that creates a contract is limited to that (EIP-3860), and larger contracts cannot be deployed. london is the last fork without that limit",
      },
    ]);
    assert.deepEqual(warnGenesisSettings({ ...large, fork: "london" }, "g"), []);
    assert.deepEqual(warnGenesisSettings({ ...besu, contractSizeLimitBytes: 49152 }, "g"), []);
    assert.deepEqual(warnGenesisSettings({ ...goquorum, contractSizeLimitBytes: 131072 }, "g"), []);
  });

  it("warns of epochs in which no vote of all validators fits", () => {
    assert.deepEqual(said(warnGenesisSettings({ ...besu, epochLength: 7 }, "g")), [
      {
        path: "g.epochLength",
        message:
          "given 7; should be 8 or more, because votes are dropped every 7 blocks, before each of 4 validators could cast its own, and validators could never change",
      },
    ]);
    assert.deepEqual(warnGenesisSettings({ ...besu, epochLength: 8 }, "g"), []);
  });

  it("warns of more gas than GoQuorum's blocks keep", () => {
    const paths = (client: GenesisSettings) =>
      warnGenesisSettings({ ...client, gasLimit: "2000000000" }, "g").map(({ path }) => path);
    assert.deepEqual([paths(goquorum), paths(besu)], [["g.gasLimit"], []]);
  });

  it("accepts Prague on Besu, which needs none of its system contracts under QBFT", () => {
    assert.deepEqual(messages({ ...besu, fork: "prague" }), []);
    assert.equal(buildGenesis({ ...besu, fork: "prague" }).config.pragueTime, 0);
  });

  it("accepts an account with nothing but ether", () => {
    assert.deepEqual(messages({ ...besu, alloc: { [account(9).address]: { balance: 5 } } }), []);
  });
});
