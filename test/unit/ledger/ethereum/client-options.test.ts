/** Options of clients. The help of geth and GoQuorum is asked in test/nodes/ethereum/client-options.test.ts. */
import assert from "node:assert/strict";
import { validateClientOptions, warnClientOptions } from "../../../../ledger/ethereum/client-options";
import { defaultClientVersion } from "../../../../ledger/ethereum/client-version";

describe("client option check", () => {
  it("refuses a flag of another release or client, and guesses", () => {
    const { geth: version } = defaultClientVersion;
    const options = ["--datadir", "miner.etherbase", "istanbul.blockperiod", "--http.adr"];
    assert.deepEqual(validateClientOptions({ client: "geth", version, options }, "options"), [
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

  it("asks the table of the release for Besu", () => {
    const [problem] = validateClientOptions(
      { client: "besu", version: "26.9.0", options: ["miner-enabled"] },
      "options",
    );
    assert.equal(problem?.path, "options.miner-enabled");
  });

  it("warns of a release whose options it does not know", () => {
    assert.deepEqual(warnClientOptions({ client: "geth", version: "v1.13.15" }, "version"), []);
    assert.deepEqual(warnClientOptions({ client: "geth", version: "1.13.4" }, "version"), [
      {
        path: "version",
        message:
          "the options of geth 1.13.4 are not known; they were checked against those of 1.13.15; compare them with what its `geth --help` lists",
      },
    ]);
    assert.equal(warnClientOptions({ client: "besu", version: "99.1.0" }, "version").length, 1);
  });
});
