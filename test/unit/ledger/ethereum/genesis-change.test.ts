/**
 * Changes of a living chain's genesis. test/nodes/ethereum/clique-chain.test.ts compares them with geth's own verdict.
 */
import assert from "node:assert/strict";
import type { Client } from "../../../../ledger/ethereum/clients";
import { buildGenesis } from "../../../../ledger/ethereum/genesis";
import type { Genesis } from "../../../../ledger/ethereum/genesis-file";
import { validateGenesisChange, type ChainHead } from "../../../../ledger/ethereum/genesis-change";
import { genesisText, parseGenesis } from "../../../../ledger/ethereum/genesis-text";
import type { Json } from "../../../../ledger/ethereum/json";
import { account, addresses } from "./vectors";

const head: ChainHead = { number: 500n, timestamp: 1_700_000_000n };
const previous: Record<Client, Genesis> = {
  besu: buildGenesis({ client: "besu", chainId: 1337, validators: addresses(4) }),
  goquorum: buildGenesis({ client: "goquorum", chainId: 1337, validators: addresses(4) }),
  geth: buildGenesis({ client: "geth", chainId: 1337, validators: addresses(3), freeGas: true }),
};

function changed(client: Client, config: Record<string, Json | undefined>): Genesis {
  const next = { ...previous[client], config: { ...previous[client].config, ...config } as Genesis["config"] };
  return parseGenesis(genesisText(next));
}

function messages(client: Client, next: Genesis, before: Genesis = previous[client]): string[] {
  return validateGenesisChange({ client, previous: before, next, head }, "g").map(
    ({ path, message }) => `${path}: ${message}`,
  );
}

function rules(client: Client, change: Record<string, Json>): Json {
  const engine = client === "geth" ? "clique" : "qbft";
  return { ...(previous[client].config[engine] as Record<string, Json>), ...change };
}

const later = "restart every node with the new file before";

describe("legal change of a genesis", () => {
  const legal: [string, Client, Record<string, Json | undefined>][] = [
    ["nothing at all", "besu", {}],
    ["a fork by time in the future", "besu", { pragueTime: 1_800_000_000 }],
    ["a fork by block in the future", "geth", { londonBlock: 501 }],
    ["a switch of GoQuorum in the future", "goquorum", { enableGasPriceBlock: 501 }],
    [
      "a transition in the future, as Besu reads it where a fork by time is active: by seconds",
      "besu",
      { transitions: { qbft: [{ block: 1_800_000_000, blockperiodseconds: 2 }] } },
    ],
    [
      "transitions in the future, as GoQuorum writes them",
      "goquorum",
      { transitions: [{ block: 501 }, { block: 501 }, { block: 900 }] },
    ],
    [
      "larger contracts in the future",
      "goquorum",
      {
        maxCodeSizeConfig: [
          { block: 0, size: 24 },
          { block: 600, size: 64 },
        ],
      },
    ],
    [
      "timing that no block records",
      "besu",
      { qbft: rules("besu", { requesttimeoutseconds: 60, messagequeuelimit: 5 }) },
    ],
  ];
  for (const [name, client, config] of legal) {
    it(`takes ${name}`, () => assert.deepEqual(messages(client, changed(client, config)), []));
  }

  it("takes a planned fork moved or given up before it comes", () => {
    const planned = changed("geth", { londonBlock: 900 });
    assert.deepEqual(messages("geth", changed("geth", { londonBlock: 700 }), planned), []);
    assert.deepEqual(messages("geth", previous.geth, planned), []);
  });

  it("takes a transition at a block of Besu that has no fork by time, or has one only later", () => {
    const london = buildGenesis({ client: "besu", chainId: 1337, validators: addresses(4), fork: "london" });
    for (const forks of [{}, { shanghaiTime: 1_800_000_000 }] as Record<string, Json>[]) {
      const before = { ...london, config: { ...london.config, ...forks } };
      const transitions = (block: number) => ({ qbft: [{ block, blockperiodseconds: 2 }] });
      const next = (block: number) => ({ ...before, config: { ...before.config, transitions: transitions(block) } });
      assert.deepEqual(messages("besu", next(501), before), []);
      assert.deepEqual(messages("besu", next(500), before), [
        `g.config.transitions.qbft[0].block: given 500; must be after block 500, late enough to ${later}`,
      ]);
    }
  });

  it("takes QBFT after IBFT2 on Besu, from a block in the future", () => {
    const ibft = buildGenesis({ client: "besu", consensus: "ibft2", chainId: 1, validators: addresses(4) });
    const next = (startblock: number) => ({ ...ibft, config: { ...ibft.config, qbft: { startblock } } });
    assert.deepEqual(messages("besu", next(501), ibft), []);
    assert.match(
      messages("besu", next(500), ibft).join(),
      /^g\.config\.qbft: .*because the protocol that seals the blocks cannot be exchanged/,
    );
  });

  it("takes another spelling of block 0", () => {
    const next = {
      ...previous.besu,
      gasLimit: "100000000",
      nonce: "0x00",
      coinbase: previous.besu.coinbase.toUpperCase().replace("X", "x"),
    };
    assert.deepEqual(messages("besu", next), []);
  });
});

describe("illegal change of a genesis", () => {
  const refusals: [string, Client, Record<string, Json | undefined>, string[]][] = [
    [
      "another chain id",
      "besu",
      { chainId: 7 },
      [
        "g.config.chainId: given 7; must stay 1337, because the chain was started with it. Another value needs a new chain",
      ],
    ],
    [
      "a fork that has taken effect, taken back",
      "geth",
      { berlinBlock: undefined },
      ["g.config.berlinBlock: given nothing; must stay 0, because it took effect there, and the chain is at block 500"],
    ],
    [
      "a fork that has taken effect, moved",
      "geth",
      { berlinBlock: 600 },
      ["g.config.berlinBlock: given 600; must stay 0, because it took effect there, and the chain is at block 500"],
    ],
    [
      "a fork at the newest block, which is already sealed without it",
      "geth",
      { londonBlock: 500 },
      [`g.config.londonBlock: given 500; must be a block after the chain's, 500, late enough to ${later}`],
    ],
    [
      "a fork at a time that has passed",
      "besu",
      { pragueTime: 1_700_000_000 },
      [`g.config.pragueTime: given 1700000000; must be a time after the chain's, 1700000000, late enough to ${later}`],
    ],
    [
      "a fork at no block",
      "geth",
      { londonBlock: "soon" },
      [`g.config.londonBlock: given "soon"; must be a block after the chain's, 500, late enough to ${later}`],
    ],
    [
      "another block period, which is a transition",
      "besu",
      { qbft: rules("besu", { blockperiodseconds: 1 }) },
      [
        "g.config.qbft.blockperiodseconds: given 1; must stay 5, because the chain was started with it. Add it to config.transitions of a genesisFile from a later time on, in seconds since 1970 under `block` (docs/ethereum.md, Changes)",
      ],
    ],
    [
      "another period of Clique, which has no transitions",
      "geth",
      { clique: rules("geth", { period: 1 }) },
      [
        "g.config.clique.period: given 1; must stay 5, because the chain was started with it. Another value needs a new chain",
      ],
    ],
    [
      "another protocol",
      "besu",
      { qbft: undefined, ibft2: {} },
      [
        "g.config.ibft2: given {}; must be left out, because the protocol that seals the blocks cannot be exchanged",
        'g.config.qbft: given nothing; must stay {"epochlength":30000,"blockperiodseconds":5,"requesttimeoutseconds":10}, because the protocol that seals the blocks cannot be exchanged',
      ],
    ],
    [
      "fees",
      "besu",
      { zeroBaseFee: undefined },
      [
        "g.config.zeroBaseFee: given nothing; must stay true, because the chain was started with it. Another value needs a new chain",
      ],
    ],
    [
      "a transition at a block where Besu takes it for a time, which would take effect at once",
      "besu",
      { transitions: { qbft: [{ block: 200_000, blockperiodseconds: 2 }] } },
      [
        "g.config.transitions.qbft[0].block: given 200000; must be the time at which it takes effect, in seconds since 1970, late enough to restart every node with the new file before, because a fork by time is active before, and the number would be taken for a time that has long passed",
      ],
    ],
    [
      "a transition at a time that has passed",
      "besu",
      { transitions: { qbft: [{ block: 1_700_000_000, blockperiodseconds: 2 }] } },
      [
        "g.config.transitions.qbft[0].block: given 1700000000; must be after time 1700000000, late enough to restart every node with the new file before",
      ],
    ],
    [
      "a transition at a block that is sealed",
      "goquorum",
      { transitions: [{ block: 10 }] },
      [`g.config.transitions[0].block: given 10; must be after block 500, late enough to ${later}`],
    ],
    [
      "transitions out of order, which GoQuorum does not start with",
      "goquorum",
      { transitions: [{ block: 900 }, { block: 700 }] },
      ["g.config.transitions[1].block: given 700; must be no earlier than the one before in the list, 900"],
    ],
    [
      "a transition without a block",
      "goquorum",
      { transitions: [{ blockperiodseconds: 1 }] },
      [
        'g.config.transitions[0].block: given {"blockperiodseconds":1}; must have the number of the block at which the transition takes effect',
      ],
    ],
    [
      "a contract size that has taken effect",
      "goquorum",
      { maxCodeSizeConfig: [{ block: 0, size: 64 }] },
      [
        'g.config.maxCodeSizeConfig: given [{"block":0,"size":64}]; must keep what has taken effect: [{"block":0,"size":24}]. Give new ones a later block, late enough to restart every node with the new file before',
      ],
    ],
  ];
  for (const [name, client, config, expected] of refusals) {
    it(`refuses ${name}`, () => assert.deepEqual(messages(client, changed(client, config)), expected));
  }

  it("compares new times with the clock, and those of before with the chain, which may have stopped at one of them", () => {
    const planned = changed("besu", { pragueTime: 1_750_000_000 });
    const check = (before: Genesis, next: Genesis) =>
      validateGenesisChange({ client: "besu", previous: before, next, now: 1_760_000_000n }, "g").map(
        ({ path }) => path,
      );
    assert.deepEqual(check(previous.besu, planned), ["g.config.pragueTime"]);
    assert.deepEqual(check(planned, planned), []);
    assert.deepEqual(check(planned, previous.besu), []);
    const late = changed("besu", { transitions: { qbft: [{ block: 1_750_000_000 }] } });
    assert.deepEqual(check(previous.besu, late), ["g.config.transitions.qbft[0].block"]);
    assert.deepEqual(check(late, late), []);
  });

  it("refuses other first validators, and says that votes change the living ones", () => {
    const next = buildGenesis({ client: "besu", chainId: 1337, validators: addresses(5) });
    const [problem, ...others] = validateGenesisChange({ client: "besu", previous: previous.besu, next, head }, "g");
    assert.deepEqual(others, []);
    assert.equal(problem?.path, "g.extraData");
    assert.match(
      problem?.message ?? "",
      /; must stay .*Votes change the living validators, the first ones stay as they are$/,
    );
  });

  it("refuses every change of block 0, each with its own path", () => {
    const alloc = { [account(1).address]: { balance: "1" } };
    const next = {
      ...buildGenesis({
        client: "besu",
        chainId: 1337,
        validators: addresses(4),
        alloc,
        gasLimit: 30_000_000,
        timestampSeconds: 9,
      }),
    };
    const paths = validateGenesisChange({ client: "besu", previous: previous.besu, next, head }, "g").map(
      ({ path }) => path,
    );
    assert.deepEqual(paths, ["g.timestamp", "g.gasLimit", `g.alloc["${account(1).address.toLowerCase()}"]`]);
  });

  it("counts block 0 as past when the height is not known", () => {
    const accepts = (londonBlock: number) =>
      validateGenesisChange({ client: "geth", previous: previous.geth, next: changed("geth", { londonBlock }) }, "g")
        .length === 0;
    assert.deepEqual([accepts(0), accepts(1)], [false, true]);
  });
});
