/** Options of clients. test/nodes/ethereum/client-options.test.ts compares them with the help of geth and GoQuorum. */
import assert from "node:assert/strict";
import { clientFacts } from "../../../../ledger/ethereum/clients";
import { said } from "../../../support/problems";

describe("client option check", () => {
  it("refuses a flag of another release or client, and guesses", () => {
    const { options, releases } = clientFacts.geth;
    const names = ["--datadir", "miner.etherbase", "istanbul.blockperiod", "--http.adr"];
    assert.deepEqual(said(options.validateNames(names, releases.default, "options")), [
      {
        path: "options.istanbul.blockperiod",
        message: 'given "istanbul.blockperiod"; must be an option of geth 1.13.15',
      },
      {
        path: "options.--http.adr",
        message: 'given "http.adr"; must be an option of geth 1.13.15. http.addr is the nearest',
      },
    ]);
  });

  it("warns of a release whose options it does not know", () => {
    const { options } = clientFacts.geth;
    assert.deepEqual(options.warn("v1.13.15", "version"), []);
    assert.deepEqual(said(options.warn("1.13.4", "version")), [
      {
        path: "version",
        message:
          "should be compared with what `geth --help` lists, because those of geth 1.13.4 are not known: they were checked against those of 1.13.15",
      },
    ]);
  });
});
