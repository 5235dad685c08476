/** Orderers that a peer's gateway chooses for a transaction. */
import assert from "node:assert/strict";
import { Envelope } from "@hyperledger/fabric-protos/lib/common/common_pb";
import { identityOf } from "../../../provider/fabric/clients/identity";
import { NodeError } from "../../../provider/fabric/clients/node-error";
import type { PeerClient } from "../../../provider/fabric/clients/peer-client";
import { transact } from "../../../provider/fabric/work/transactions";
import { NotYet } from "../../../provider/framework/wait";
import { fixtureNetwork, type Network } from "../ledger/fabric/fixtures";

describe("a transaction through a peer's gateway", () => {
  let network: Network;

  before(async () => {
    network = await fixtureNetwork();
  });

  const node = { name: "org2/peer0", mspId: "Org2MSP" };

  /** @param info answer of the orderer that the gateway chooses */
  function approve(info: string) {
    const refusal = new NodeError(node, "approving", `status=BAD_REQUEST, info=${info}`);
    const peer = {
      node,
      endorseThrough: () => Promise.resolve(new Envelope()),
      submit: () => Promise.reject(refusal),
    } as unknown as PeerClient;
    return transact({
      channelId: "trade",
      step: "approving",
      identity: identityOf({ mspId: "Org2MSP", ...network.org2.admin.identity }),
      call: { chaincode: "_lifecycle", function: "Approve", args: [] },
      endorsers: [peer],
      needsAll: true,
      through: ["Org2MSP"],
      committers: [peer],
    });
  }

  it("is tried again where the chosen orderer lost the channel or has not joined yet, since others may have it", async () => {
    const answer = await approve("channel does not exist");
    assert.ok(answer instanceof NotYet);
    assert.match(answer.answer, /channel does not exist/);
  });

  it("fails where an orderer refuses it for another reason", async () => {
    await assert.rejects(approve("message payload is 200 bytes and exceeds maximum"), /exceeds maximum/);
  });
});
