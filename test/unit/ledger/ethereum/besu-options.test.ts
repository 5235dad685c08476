import assert from "node:assert/strict";
import { validateBesuOptions, warnBesuOptions } from "../../../../ledger/ethereum/clients/besu-options";
import { besuOptionsUntil, besuOptionSpans } from "../../../../ledger/ethereum/clients/besu-option-table";
import { clientFacts } from "../../../../ledger/ethereum/clients";
import { compareVersions } from "../../../../ledger/ethereum/version";
import { said } from "../../../support/problems";

function problems(version: string, ...options: string[]): string[] {
  return validateBesuOptions(options, version, "options").map(({ path, message }) => `${path}: ${message}`);
}

describe("Besu option check", () => {
  it("accepts the options a private network needs, the hidden DNS ones among them", () => {
    const needed = [
      ...[
        "data-path",
        "genesis-file",
        "node-private-key-file",
        "static-nodes-file",
        "p2p-host",
        "p2p-port",
        "nat-method",
      ],
      ...[
        "discovery-enabled",
        "discovery-mode",
        "bootnodes",
        "max-peers",
        "remote-connections-limit-enabled",
        "sync-mode",
      ],
      ...[
        "data-storage-format",
        "min-gas-price",
        "tx-pool",
        "tx-pool-enable-balance-check",
        "host-allowlist",
        "profile",
      ],
      ...[
        "rpc-http-enabled",
        "rpc-http-host",
        "rpc-http-port",
        "rpc-http-api",
        "rpc-http-cors-origins",
        "rpc-ws-enabled",
      ],
      ...[
        "rpc-http-authentication-enabled",
        "rpc-http-authentication-jwt-public-key-file",
        "metrics-enabled",
        "ethstats",
      ],
      ...["Xdns-enabled", "Xdns-update-enabled", "version-compatibility-protection", "security-module", "identity"],
    ];
    assert.deepEqual(problems(clientFacts.besu.releases.default, ...needed), []);
  });

  it("takes names as on the command line", () => {
    assert.deepEqual(problems("26.9.0", "--data-path"), []);
  });

  it("refuses an option that is gone, with the last release that had it", () => {
    assert.deepEqual(problems("26.9.0", "miner-enabled", "min-block-occupancy-ratio"), [
      'options.miner-enabled: given "miner-enabled"; must be an option of Besu 26.9.0, because 25.11.0 is the last release seen with it',
      'options.min-block-occupancy-ratio: given "min-block-occupancy-ratio"; must be an option of Besu 26.9.0, because 26.8.0 is the last release seen with it',
    ]);
  });

  it("refuses an option that is not there yet", () => {
    assert.deepEqual(problems("26.8.0", "tx-pool-max-tx-bytes"), [
      'options.tx-pool-max-tx-bytes: given "tx-pool-max-tx-bytes"; must be an option of Besu 26.8.0, because 26.8.1 is the first release with it',
    ]);
  });

  it("refuses an unknown name and suggests the nearest one", () => {
    assert.deepEqual(problems("26.9.0", "rpc-http-enable", "fly-to-the-moon"), [
      'options.rpc-http-enable: given "rpc-http-enable"; must be an option of Besu 26.9.0. rpc-http-enabled is the nearest',
      'options.fly-to-the-moon: given "fly-to-the-moon"; must be an option of Besu 26.9.0',
    ]);
  });

  it("refuses options that only subcommands have, since a node ignores them in silence", () => {
    const names = ["from", "to", "end-block", "threads", "corpus-file", "password", "Xhelp", "print-paths-and-exit"];
    const nowhere = ["rpc-http-authentication-public-key-file", "rpc-ws-authentication-public-key-file"];
    assert.equal(problems("26.9.0", ...names, ...nowhere).length, names.length + nowhere.length);
  });

  it("leaves options of plugins to the plugins", () => {
    assert.deepEqual(problems("26.9.0", "plugin-hsm-slot"), []);
  });

  it("checks releases past the table against its newest list, and warns of that", () => {
    assert.deepEqual(problems("27.1.0", "data-path"), []);
    assert.equal(problems("27.1.0", "miner-enabled").length, 1);
    assert.deepEqual(said(warnBesuOptions("27.1.0", "version")), [
      {
        path: "version",
        message:
          "should be compared with the breaking changes of the releases between, because those of Besu 27.1.0 are not known: they were checked against those of 26.9.0",
      },
    ]);
    assert.deepEqual(warnBesuOptions(clientFacts.besu.releases.default, "version"), []);
  });
});

describe("Besu option table", () => {
  it("has every option in one span, and spans that end after they begin", () => {
    const names = Object.values(besuOptionSpans).flatMap((list) => list.trim().split(/\s+/));
    assert.deepEqual(names.toSorted(), [...new Set(names)].toSorted());
    for (const span of Object.keys(besuOptionSpans)) {
      const [first, last] = span.split("..") as [string, string];
      assert.ok(compareVersions(first, last || besuOptionsUntil) <= 0, span);
    }
  });
});
