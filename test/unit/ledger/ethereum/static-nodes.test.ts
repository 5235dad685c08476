import assert from "node:assert/strict";
import { peerFiles, staticNodes, type Peer } from "../../../../ledger/ethereum/static-nodes";
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
    const json = '[\n  "a",\n  "b"\n]\n';
    assert.deepEqual(peerFiles("besu", ["a", "b"]), { "static-nodes.json": json });
    assert.equal(peerFiles("goquorum", ["a", "b"])["static-nodes.json"], json);
  });

  it("writes TOML for geth, which skips static-nodes.json", () => {
    const config = '[Node.P2P]\nStaticNodes = [\n  "a",\n  "b",\n]\n';
    assert.equal(peerFiles("geth", ["a", "b"])["config.toml"], config);
  });

  it("lets RPC nodes want no more peers than there are, so that small networks need not wait for a fifth", () => {
    assert.equal(peerFiles("goquorum", ["a", "b"])["rpc.toml"], "[Node.P2P]\nMaxPeers = 2\nDialRatio = 1\n");
    assert.match(peerFiles("geth", ["a"])["rpc.toml"]!, /\]\nMaxPeers = 1\nDialRatio = 1\n$/);
  });

  it("limits no node that others may find by a bootnode, nor one that knows nobody", () => {
    assert.doesNotMatch(peerFiles("geth", ["a"], ["b"])["rpc.toml"]!, /MaxPeers/);
    assert.doesNotMatch(peerFiles("goquorum", [])["rpc.toml"]!, /MaxPeers/);
  });
});
