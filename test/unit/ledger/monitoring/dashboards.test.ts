/** Dashboards for Grafana. That programs export what they show, test/nodes asks the programs. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { clientNames } from "../../../../ledger/ethereum/clients";
import { dashboards, namedByEthereum, readDashboard } from "../../../support/named-metrics";

describe("dashboards", () => {
  it("are those of every kind of network and every client", () => {
    const files = readdirSync(join(__dirname, "../../../../dashboards")).sort();
    assert.deepEqual(
      files,
      Object.keys(dashboards)
        .map((name) => `${name}.json`)
        .sort(),
    );
    assert.deepEqual(Object.values(dashboards).flat().sort(), ["fabric", ...clientNames].sort());
  });

  it("show the namespaces that are chosen and no others, under identities of their own", () => {
    const boards = Object.keys(dashboards).map(readDashboard);
    assert.equal(new Set(boards.map(({ uid }) => uid)).size, boards.length);
    for (const { panels } of boards) {
      assert.equal(new Set(panels.map(({ title }) => title)).size, panels.length);
      for (const { title, targets } of panels) {
        const selectors = targets.flatMap(({ expr }) => expr.match(/\{[^}]*\}/g) ?? []);
        assert.ok(selectors.length > 0 && selectors.every((each) => each.includes('namespace=~"$namespace"')), title);
      }
    }
  });

  it("name metrics that Besu's documentation lists, since it cannot be asked here", () => {
    assert.deepEqual(namedByEthereum("besu"), [
      "besu_blockchain_chain_head_timestamp",
      "ethereum_blockchain_height",
      "ethereum_peer_count",
      "process_resident_memory_bytes",
    ]);
  });
});
