import assert from "node:assert/strict";
import { clientFacts, type Client } from "../../../../ledger/ethereum/clients";
import { staticNodes, staticPeer, type Peer } from "../../../../ledger/ethereum/static-nodes";
import { account } from "./vectors";

function peer(number: number): Peer {
  return { id: account(number).enodeId, host: `validator-${number}`, port: 30303 };
}

function peerFiles(client: Client, enodes: string[], bootnodes: string[] = []): Record<string, string> {
  return clientFacts[client].peers.files(enodes, bootnodes);
}

describe("static nodes", () => {
  it("lists nodes in one order, so that the order of declaration restarts no node", () => {
    const expected = [1, 3].map((number) => `enode://${account(number).enodeId}@validator-${number}:30303?discport=0`);
    assert.deepEqual(staticNodes("besu", [peer(3), peer(1)]), expected);
    assert.deepEqual(staticNodes("besu", [peer(1), peer(3)]), expected);
  });

  it("drops parameters of a URL that another client wrote, since Besu ends on them", () => {
    const foreign = { ...peer(1), raftPort: 50400, discoveryPort: 30301 };
    assert.equal(staticPeer("besu", foreign), `enode://${account(1).enodeId}@validator-1:30303?discport=0`);
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

  it("limits no node that others may find by a bootnode, and no node without static nodes", () => {
    assert.doesNotMatch(peerFiles("geth", ["a"], ["b"])["rpc.toml"]!, /MaxPeers/);
    assert.doesNotMatch(peerFiles("goquorum", [])["rpc.toml"]!, /MaxPeers/);
  });
});
