import assert from "node:assert/strict";
import { staticNodes, staticNodesFile, type Peer } from "../../../../ledger/ethereum/static-nodes";
import { account } from "./vectors";

function peer(number: number): Peer {
  return { id: account(number).enodeId, host: `validator-${number}`, port: 30303 };
}

describe("static nodes", () => {
  it("lists the other nodes in one order, so that the order of declaration restarts nobody", () => {
    const expected = [1, 3].map((number) => `enode://${account(number).enodeId}@validator-${number}:30303?discport=0`);
    assert.deepEqual(staticNodes("besu", [peer(3), peer(2), peer(1)], account(2).enodeId.toUpperCase()), expected);
    assert.deepEqual(staticNodes("besu", [peer(1), peer(2), peer(3)], account(2).enodeId), expected);
  });

  it("lists all nodes for one that is not among them", () => {
    assert.equal(staticNodes("goquorum", [peer(1), peer(2)]).length, 2);
  });

  it("writes JSON for Besu and GoQuorum", () => {
    assert.deepEqual(staticNodesFile("besu", ["a", "b"]), {
      fileName: "static-nodes.json",
      content: '[\n  "a",\n  "b"\n]\n',
    });
    assert.equal(staticNodesFile("goquorum", []).content, "[]\n");
  });

  it("writes TOML for geth, which skips static-nodes.json", () => {
    assert.deepEqual(staticNodesFile("geth", ["a", "b"]), {
      fileName: "config.toml",
      content: '[Node.P2P]\nStaticNodes = [\n  "a",\n  "b",\n]\n',
    });
  });
});
