/** Endorsements that a peer's gateway collects of other companies' peers; the gateway is a stand-in behind TLS. */
import assert from "node:assert/strict";
import { status, type sendUnaryData, type ServiceError } from "@grpc/grpc-js";
import { GatewayService } from "@hyperledger/fabric-protos/lib/gateway/gateway_grpc_pb";
import { EndorseResponse, SubmitResponse } from "@hyperledger/fabric-protos/lib/gateway/gateway_pb";
import { identityOf } from "../../../provider/fabric/clients/identity";
import { PeerClient } from "../../../provider/fabric/clients/peer-client";
import { transact } from "../../../provider/fabric/work/transactions";
import { NotYet } from "../../../provider/framework/wait";
import { refusedByChaincode, unendorsedInTime } from "../../support/endorsement-answers";
import { testOperation } from "../../support/operation";
import { FabricInputs } from "./fabric-inputs";
import { refusal } from "./gateway-refusal";
import { standInPeer, type StandIn } from "./stand-in-node";

describe("endorsements through a peer's gateway", () => {
  let fabric: FabricInputs;
  let gateway: StandIn;
  let peer: PeerClient;
  /** Refusals of the next calls for endorsements, in order. Later calls get one. */
  let refusals: ServiceError[] = [];

  before(async () => {
    fabric = await FabricInputs.create();
    gateway = await standInPeer(fabric, "org1/peer0", [
      GatewayService,
      {
        endorse: (_call: unknown, answer: sendUnaryData<EndorseResponse>) =>
          answer(refusals.shift() ?? null, new EndorseResponse()),
        submit: (_call: unknown, answer: sendUnaryData<SubmitResponse>) => answer(null, new SubmitResponse()),
      },
    ]);
    const { context } = testOperation();
    const connection = { dialer: context.dialer, signal: context.signal, status: () => undefined };
    peer = await PeerClient.open(gateway.address, connection);
  });

  after(async () => {
    await peer.close();
    gateway.close();
  });

  const by = (message: string) => ({ mspId: "Org2MSP", address: "peer0.org2:7051", message });

  function commit() {
    return transact({
      channelId: "trade",
      step: "committing",
      identity: identityOf(fabric.administrator("Org1MSP")),
      call: { chaincode: "_lifecycle", function: "CommitChaincodeDefinition", args: [] },
      endorsers: [peer],
      needsAll: true,
      through: ["Org1MSP", "Org2MSP"],
      committers: [],
    });
  }

  for (const [kind, message] of Object.entries(unendorsedInTime)) {
    it(`are asked for again where a peer was ${kind}, since the next try may get them`, async () => {
      refusals = [refusal(by(message))];
      const answer = await commit();
      assert.ok(answer instanceof NotYet);
      assert.ok(answer.answer.includes(message), answer.answer);
      assert.equal(await commit(), undefined);
    });
  }

  it("are asked for again where discovery knows no peer of a company at the moment, perhaps of another one then", async () => {
    const details = "failed to find any endorsing peers for org(s): Org2MSP";
    refusals = [Object.assign(refusal(), { code: status.UNAVAILABLE, details })];
    const answer = await commit();
    assert.ok(answer instanceof NotYet);
    assert.ok(answer.answer.includes(details));
  });

  it("are final where a chaincode refused, also with another peer that was silent", async () => {
    for (const silent of [[], [by(unendorsedInTime.silent)]]) {
      refusals = [refusal(...silent, by(refusedByChaincode))];
      await assert.rejects(commit(), { name: "NodeError", message: /new definition must be sequence 2/ });
    }
  });

  it("are final where no peer was asked", async () => {
    refusals = [refusal()];
    await assert.rejects(commit(), { name: "NodeError", message: /see attached details \(gRPC ABORTED\)/ });
  });
});
