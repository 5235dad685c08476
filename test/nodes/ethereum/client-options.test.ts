/** Option names of geth and GoQuorum against their own help. */
import assert from "node:assert/strict";
import { gethOptions } from "../../../ledger/ethereum/clients/geth-option-table";
import { goquorumOptions } from "../../../ledger/ethereum/clients/goquorum-option-table";
import { runClient } from "../../support/ethereum-clients";

const lists = { geth: gethOptions, goquorum: goquorumOptions };

describe("table of client options", function () {
  this.timeout(30_000);

  for (const client of ["geth", "goquorum"] as const) {
    it(`has exactly the options that ${client} lists`, () => {
      const help = runClient(client, ["--help"]).split("\n");
      // `    --discovery.v4, --discv4   (default: true)`, `  --config value   text that may name other --flags`.
      const heads = help.map((line) => /^ +(--[^\s,]+(, --[^\s,]+)*)/.exec(line)?.[1] ?? "");
      const names = heads.flatMap((head) => head.split(/, |^$/).filter(Boolean)).map((name) => name.slice(2));
      assert.deepEqual(lists[client].names.trim().split(/\s+/).toSorted(), [...new Set(names)].toSorted());
    });
  }
});
