import assert from "node:assert/strict";
import { buildGenesis } from "../../../../ledger/ethereum/genesis";
import { warnGenesisSettings, type GenesisSettings } from "../../../../ledger/ethereum/genesis-settings";
import { validateGenesisSettings } from "../../../../ledger/ethereum/genesis-validation";
import { account, addresses } from "./vectors";

const validators = addresses(4);
const besu: GenesisSettings = { client: "besu", chainId: 1337, validators };
const goquorum: GenesisSettings = { ...besu, client: "goquorum" };
const geth: GenesisSettings = { ...besu, client: "geth" };

function messages(settings: GenesisSettings): string[] {
  return validateGenesisSettings(settings, "g").map(({ path, message }) => `${path}: ${message}`);
}

describe("genesis settings check", () => {
  const chainIds = "write a whole number from 1 to 4503599627370476";
  const gasLimits = "write a number from 21000 (one transfer of ether) to 9007199254740991 (0x1fffffffffffff)";
  const seconds = "write a whole number from 1 to 2147483647";
  const refusals: [string, GenesisSettings, string[]][] = [
    [
      "an unknown client",
      { ...besu, client: "reth" as "geth" },
      ['g.client: unknown client, given "reth"; choose one of besu, goquorum, geth'],
    ],
    ["chain id 0", { ...besu, chainId: 0 }, [`g.chainId: not a chain id, given 0; ${chainIds}`]],
    ["a negative chain id", { ...besu, chainId: -1 }, [`g.chainId: not a chain id, given -1; ${chainIds}`]],
    ["a chain id with a fraction", { ...besu, chainId: 1.5 }, [`g.chainId: not a chain id, given 1.5; ${chainIds}`]],
    [
      "a chain id wallets cannot sign for",
      { ...besu, chainId: 4503599627370477 },
      [`g.chainId: not a chain id, given 4503599627370477; ${chainIds}`],
    ],
    [
      "no validators",
      { ...besu, validators: [] },
      [
        "g.validators: a chain without validators seals no block, given []; name at least one address, four for a chain that survives the loss of one",
      ],
    ],
    [
      "a validator twice",
      { ...besu, validators: [validators[0]!, validators[0]!] },
      [
        `g.validators[1]: the same address as g.validators[0], given "${validators[0]}"; give every validator its own key`,
      ],
    ],
    [
      "a protocol of another client",
      { ...geth, consensus: "qbft" },
      ['g.consensus: geth does not seal blocks by this protocol, given "qbft"; choose clique'],
    ],
    [
      "Clique on Besu",
      { ...besu, consensus: "clique" },
      ['g.consensus: Besu does not seal blocks by this protocol, given "clique"; choose qbft or ibft2'],
    ],
    [
      "a fork nobody knows",
      { ...besu, fork: "atlantis" as "london" },
      ['g.fork: unknown fork, given "atlantis"; choose one of berlin, london, shanghai, cancun, prague'],
    ],
    [
      "a contract size that was meant in KiB",
      { ...besu, contractSizeLimitBytes: 64 },
      [
        "g.contractSizeLimitBytes: not a contract size that Besu takes, in bytes, given 64; write a whole number from 1024 to 2147483647",
      ],
    ],
    [
      "London on GoQuorum",
      { ...goquorum, fork: "london" },
      [
        "g.fork: GoQuorum cannot run a private network with this fork: GoQuorum 22.7 is built on go-ethereum 1.10.3, which knows " +
          'no later fork and skips its key silently, given "london"; choose one of istanbul, berlin',
      ],
    ],
    [
      "Shanghai under Clique",
      { ...geth, fork: "shanghai" },
      [
        "g.fork: geth cannot run a private network with this fork: Clique of geth 1.13 answers " +
          '"clique does not support shanghai fork" and seals no block, given "shanghai"; choose one of istanbul, berlin, london',
      ],
    ],
    [
      "free gas with London on geth",
      { ...geth, fork: "london", freeGas: true },
      [
        "g.fork: geth has no switch for a zero base fee: with London it starts at 1 gwei and moves with use, given " +
          '"london"; choose berlin, or set freeGas to false and fund accounts in alloc',
      ],
    ],
    [
      "a fork older than Besu starts with",
      { ...besu, fork: "istanbul" },
      ['g.fork: too old a fork for Besu, given "istanbul"; choose one of berlin, london, shanghai, cancun, prague'],
    ],
    [
      "a gas limit that holds no transaction",
      { ...besu, gasLimit: 20999 },
      [`g.gasLimit: not a usable gas limit of a block, given 20999; ${gasLimits}`],
    ],
    [
      "a gas limit beyond what clients hold exactly",
      { ...besu, gasLimit: "0x20000000000000" },
      [`g.gasLimit: not a usable gas limit of a block, given "0x20000000000000"; ${gasLimits}`],
    ],
    [
      "a gas limit in words",
      { ...besu, gasLimit: "lots" },
      [`g.gasLimit: not a usable gas limit of a block, given "lots"; ${gasLimits}`],
    ],
    [
      "a base fee on a free chain",
      { ...besu, baseFeePerGas: 7 },
      ["g.baseFeePerGas: a base fee on a chain whose gas is free, given 7; leave it out, or set freeGas to false"],
    ],
    [
      "a block period of 0",
      { ...besu, blockPeriodSeconds: 0 },
      [`g.blockPeriodSeconds: out of range, given 0; ${seconds}`],
    ],
    [
      "a request timeout below the block period",
      { ...besu, blockPeriodSeconds: 4, requestTimeoutSeconds: 3 },
      [
        "g.requestTimeoutSeconds: shorter than the block period of 4 s, so no round would ever end with a block, given 3; set 8, twice the block period",
      ],
    ],
    [
      "an empty block period that is none",
      { ...besu, blockPeriodSeconds: 4, emptyBlockPeriodSeconds: 4 },
      [
        "g.emptyBlockPeriodSeconds: not longer than the block period of 4 s, given 4; set more than 4, or 0 to seal empty blocks like others",
      ],
    ],
    [
      "another contract size on geth",
      { ...geth, contractSizeLimitBytes: 50000 },
      [
        "g.contractSizeLimitBytes: not a contract size that geth takes, in bytes, given 50000; leave it out: geth has the 24576 bytes of EIP-170 built in",
      ],
    ],
    [
      "a contract size GoQuorum cannot express",
      { ...goquorum, contractSizeLimitBytes: 25000, transactionSizeLimitKiB: 129 },
      [
        "g.contractSizeLimitBytes: not a contract size that GoQuorum takes, in bytes, given 25000; write a multiple of 1024 from 24576 to 131072",
        "g.transactionSizeLimitKiB: not a transaction size that GoQuorum takes, given 129; write a whole number from 32 to 128",
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
        'g.alloc["0x12"]: not an address, given "0x12"; write 0x and 40 hexadecimal digits, quoted',
        `g.alloc["${validators[0]}"].balance: not an amount of wei, given "1 ether"; write wei as quoted text, for example "1000000000000000000" for one ether`,
        `g.alloc["${validators[0]}"].nonce: not a nonce, given -1; write a whole number from 0 to 9007199254740991`,
        `g.alloc["${validators[0]}"].code: not bytecode, given "6000"; write the runtime bytecode as 0x and an even number of hexadecimal digits`,
        `g.alloc["${validators[0]}"].storage["0x1"]: not a storage word, given "z"; write slot and value as 0x and up to 64 hexadecimal digits`,
      ],
    ],
  ];
  for (const [name, settings, expected] of refusals) {
    it(`refuses ${name}`, () => assert.deepEqual(messages(settings), expected));
  }

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
      message: `invalid genesis settings:\n  genesis.chainId: not a chain id, given 0; ${chainIds}`,
    });
  });

  it("finds nothing in the smallest settings of each client", () => {
    for (const settings of [besu, goquorum, geth]) {
      assert.deepEqual(messages(settings), []);
      assert.deepEqual(warnGenesisSettings(settings, "g"), []);
    }
  });

  it("warns of the chain id of a public network, where signed transactions are valid too", () => {
    assert.deepEqual(warnGenesisSettings({ ...besu, chainId: 11155111 }, "g"), [
      {
        path: "g.chainId",
        message:
          "this is the chain id of Sepolia, so signed transactions are valid on both chains, given 11155111; choose another number",
      },
    ]);
  });

  it("warns of a request timeout below twice the block period, but not under Clique, which has none", () => {
    const short = { blockPeriodSeconds: 2, requestTimeoutSeconds: 3 };
    const [warning] = warnGenesisSettings({ ...besu, ...short }, "g");
    assert.equal(warning?.path, "g.requestTimeoutSeconds");
    assert.deepEqual(warnGenesisSettings({ ...geth, ...short }, "g"), []);
  });

  it("warns of contracts that no transaction can create from Shanghai on, whatever limit genesis has", () => {
    const large = { ...besu, contractSizeLimitBytes: 131072 };
    assert.deepEqual(warnGenesisSettings(large, "g"), [
      {
        path: "g.contractSizeLimitBytes",
        message:
          "from Shanghai on code that creates a contract is limited to 49152 bytes (EIP-3860), so larger contracts cannot be deployed " +
          "with fork cancun, given 131072; choose fork london, the last one without that limit, or a limit that fits",
      },
    ]);
    assert.deepEqual(warnGenesisSettings({ ...large, fork: "london" }, "g"), []);
    assert.deepEqual(warnGenesisSettings({ ...besu, contractSizeLimitBytes: 49152 }, "g"), []);
    assert.deepEqual(warnGenesisSettings({ ...goquorum, contractSizeLimitBytes: 131072 }, "g"), []);
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
