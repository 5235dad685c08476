/**
 * Resources of living stacks, in `identity/<stack>.txt`: a changed name, type or parent would replace the resource
 * there, with its ledger. `UPDATE=identity` writes the lists; a removed line needs a reason.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { compareIdentities, type Identified } from "./identity";
import { stackRun, stacks, urnOf } from "../support/program/run";

const folder = join(__dirname, "identity");

describe("identities of resources", function () {
  this.timeout(180_000);

  for (const stack of stacks) {
    it(`are those that stack ${stack} may have already, so that no update replaces a part of a living network`, async () => {
      const file = join(folder, `${stack}.txt`);
      const before = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
      const { lost, added, next } = compareIdentities((await stackRun(stack)).resources, before);
      if (process.env.UPDATE === "identity") {
        writeFileSync(file, `${next.join("\n")}\n`);
        return;
      }
      assert.deepEqual(lost, [], `would be deleted in stack ${stack}; give the resource its former name as an alias`);
      assert.deepEqual(added, [], `would be created in stack ${stack}; UPDATE=identity adds it`);
      assert.deepEqual(before, next, `${file} is not sorted`);
    });
  }

  it("are listed for the project's stacks alone", () => {
    assert.deepEqual(
      readdirSync(folder)
        .map((file) => basename(file, ".txt"))
        .sort(),
      [...stacks].sort(),
    );
  });
});

describe("a comparison of identities", () => {
  const network = resource("", "a:b:Network", "net");
  const peer = resource(network.urn, "a:b:Peer", "net-peer0");
  const before = ["a:b:Network$a:b:Peer::net-peer0", "a:b:Network::net"];

  it("finds what would be replaced: another name, type or parent", () => {
    assert.deepEqual(compareIdentities([network, peer], before), { lost: [], added: [], next: before });
    const others = {
      "a:b:Network$a:b:Peer::net-peer1": resource(network.urn, "a:b:Peer", "net-peer1"),
      "a:b:Network$a:b:Node::net-peer0": resource(network.urn, "a:b:Node", "net-peer0"),
      "a:b:Peer::net-peer0": resource("", "a:b:Peer", "net-peer0"),
    };
    for (const [urn, other] of Object.entries(others)) {
      const { lost, added } = compareIdentities([network, other], before);
      assert.deepEqual({ lost, added }, { lost: [before[0]], added: [urn] });
    }
  });

  it("takes a former name, type, parent or URN for the same resource", () => {
    const others = [
      resource(network.urn, "a:b:Peer", "net-peer1", [{ name: "net-peer0" }]),
      resource(network.urn, "a:b:Node", "net-peer0", [{ type: "a:b:Peer" }]),
      resource("", "a:b:Peer", "net-peer0", [{ parent: network.urn }]),
      resource("", "a:b:Node", "other", [{ urn: peer.urn }]),
    ];
    for (const other of others) {
      assert.deepEqual(compareIdentities([network, other], before), { lost: [], added: [], next: before });
    }
  });

  it("takes a parent's former name for its children's, as the engine does", () => {
    const renamed = resource("", "a:b:Chain", "chain", [{ name: "net", type: "a:b:Network" }]);
    const child = resource(renamed.urn, "a:b:Peer", "chain-peer0");
    assert.deepEqual(compareIdentities([renamed, child], before), { lost: [], added: [], next: before });
    const both = resource(renamed.urn, "a:b:Node", "chain-node0", [{ type: "a:b:Peer", name: "chain-peer0" }]);
    assert.deepEqual(compareIdentities([renamed, both], before), { lost: [], added: [], next: before });
  });
});

function resource(parent: string, type: string, name: string, aliases: Identified["aliases"] = []): Identified {
  return { urn: urnOf(parent, type, name), type, name, parent, aliases };
}
