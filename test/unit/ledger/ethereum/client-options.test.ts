/** Options of clients. The help of geth and GoQuorum is asked in test/nodes/ethereum/client-options.test.ts. */
import assert from "node:assert/strict";
import { clientFacts } from "../../../../ledger/ethereum/clients";

describe("client option check", () => {
  it("refuses a flag of another release or client, and guesses", () => {
    const { options, releases } = clientFacts.geth;
    const names = ["--datadir", "miner.etherbase", "istanbul.blockperiod", "--http.adr"];
    assert.deepEqual(options.validateNames(names, releases.default, "options"), [
      {
        path: "options.istanbul.blockperiod",
        message: 'geth 1.13.15 has no such option, given "istanbul.blockperiod"; leave it out',
      },
      {
        path: "options.--http.adr",
        message: 'geth 1.13.15 has no such option, given "http.adr"; write http.addr if that is meant',
      },
    ]);
  });

  it("warns of a release whose options it does not know", () => {
    const { options } = clientFacts.geth;
    assert.deepEqual(options.warn("v1.13.15", "version"), []);
    assert.deepEqual(options.warn("1.13.4", "version"), [
      {
        path: "version",
        message:
          "the options of geth 1.13.4 are not known; they were checked against those of 1.13.15; compare them with what its `geth --help` lists",
      },
    ]);
  });
});
