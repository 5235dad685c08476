import assert from "node:assert/strict";
import { clientFacts, clientNames, type Client } from "../../../../ledger/ethereum/clients";
import { validateClientVersion, warnClientVersion } from "../../../../ledger/ethereum/client-version";
import { compareVersions } from "../../../../ledger/ethereum/version";

function problems(client: Client, version: string): string[] {
  return validateClientVersion(client, version, "version").map(({ message }) => message);
}

function warnings(client: Client, version: string): string[] {
  return warnClientVersion(client, version, "version").map(({ message }) => message);
}

describe("client version check", () => {
  it("accepts the default of each client, with and without v", () => {
    for (const client of clientNames) {
      const { default: version } = clientFacts[client].releases;
      assert.deepEqual(problems(client, version), []);
      assert.deepEqual(problems(client, `v${version}`), []);
    }
  });

  it("accepts Besu from 26.8.1 on and says why nothing older", () => {
    assert.deepEqual(problems("besu", "26.8.1"), []);
    assert.deepEqual(problems("besu", "26.8.0"), [
      'given "26.8.0"; must be 26.8.1 or newer, because older releases drop transactions without gas price, stall when IBFT2 moves to QBFT, and read the genesis key xemptyblockperiodseconds instead of emptyblockperiodseconds. 26.9.0 is the default for Besu',
    ]);
    assert.equal(problems("besu", "26.1.0").length, 1);
  });

  it("accepts geth 1.13 alone and says why nothing newer", () => {
    assert.deepEqual(problems("geth", "1.13.4"), []);
    assert.deepEqual(problems("geth", "1.14.0"), [
      'given "1.14.0"; must be 1.13.0 or newer, below 1.14.0, because from 1.14.0 on geth runs only networks with a consensus client and refuses to seal Clique blocks. 1.13.15 is the default for geth',
    ]);
    assert.match(problems("geth", "1.12.2").join(), /must be 1\.13\.0 or newer, below 1\.14\.0/);
  });

  it("accepts GoQuorum from 22.7.4 on", () => {
    assert.match(problems("goquorum", "22.7.3").join(), /must be 22\.7\.4 or newer/);
    assert.deepEqual(problems("goquorum", "24.4.1"), []);
  });

  it("refuses what is no release number, such as a moving tag", () => {
    assert.deepEqual(problems("besu", "latest"), ['given "latest"; must be a release in quotes, for example "26.9.0"']);
  });
});

describe("client version warnings", () => {
  it("are none for the default Besu", () => assert.deepEqual(warnings("besu", "26.9.0"), []));

  it("tell of missing security fixes", () => {
    assert.deepEqual(warnings("besu", "26.8.1"), [
      'given "26.8.1"; should be 26.9.0, because that release contains security fixes',
    ]);
  });

  it("tell of a release this project has not seen", () => {
    assert.deepEqual(warnings("besu", "26.10.0"), [
      'given "26.10.0"; should be 26.9.0, because no newer release of Besu is known to this project. Read the breaking changes since then before the upgrade',
    ]);
  });

  it("tell of clients that get no fixes any more", () => {
    assert.deepEqual(warnings("goquorum", "24.4.1"), [
      'given "24.4.1"; should be one of Besu in a new network, because GoQuorum is archived and gets no fixes',
    ]);
    assert.match(
      warnings("goquorum", "22.7.4").join(),
      /should be 24\.4\.1, because that release mends QBFT, which before 24\.4\.0 can stop or fork/,
    );
    assert.match(warnings("geth", "1.13.15").join(), /keep its P2P port inside the cluster/);
  });
});

describe("version order", () => {
  it("is by number, part by part", () => {
    const sorted = ["25.12.0", "v26.1.0", "26.8.1", "26.10.0"];
    assert.deepEqual(sorted.toReversed().sort(compareVersions), sorted);
    assert.equal(compareVersions("v1.13.15", "1.13.15"), 0);
  });
});
