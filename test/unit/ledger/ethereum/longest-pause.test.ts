import assert from "node:assert/strict";
import { buildGenesis } from "../../../../ledger/ethereum/genesis";
import { longestPauseSeconds } from "../../../../ledger/ethereum/longest-pause";
import { addresses } from "./vectors";

describe("the longest pause between blocks", () => {
  const settings = { chainId: 1337, validators: addresses(4) };

  it("is the block period of each client's new chains, or the longer one of empty blocks", () => {
    for (const client of ["besu", "goquorum", "geth"] as const) {
      assert.equal(longestPauseSeconds(buildGenesis({ ...settings, client, blockPeriodSeconds: 7 })), 7, client);
    }
    const seldom = { blockPeriodSeconds: 2, emptyBlockPeriodSeconds: 600 };
    for (const client of ["besu", "goquorum"] as const) {
      assert.equal(longestPauseSeconds(buildGenesis({ ...settings, client, ...seldom })), 600, client);
    }
  });

  it("is that of a transition, before it has come and after", () => {
    const { config } = buildGenesis({ ...settings, client: "besu", blockPeriodSeconds: 2 });
    const later = { qbft: [{ block: 1_800_000_000, blockperiodseconds: 30 }] };
    assert.equal(longestPauseSeconds({ config: { ...config, transitions: later } }), 30);
    assert.equal(
      longestPauseSeconds({ config: { ...config, transitions: [{ block: 5, emptyblockperiodseconds: 90 }] } }),
      90,
    );
  });

  it("is none of a chain that names no time", () => {
    assert.equal(longestPauseSeconds({ config: { chainId: 1 } }), 0);
  });
});
