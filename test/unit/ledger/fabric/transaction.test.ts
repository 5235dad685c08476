/**
 * Proposals, transactions and their refusals. test/nodes/fabric/channel.test.ts shows that peers and orderers accept
 * them.
 */
import assert from "node:assert/strict";
import { createHash, verify, X509Certificate } from "node:crypto";
import {
  ChannelHeader,
  Envelope,
  Header,
  Payload,
  SignatureHeader,
} from "@hyperledger/fabric-protos/lib/common/common_pb";
import { ConfigUpdateEnvelope } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { SerializedIdentity } from "@hyperledger/fabric-protos/lib/msp/identities_pb";
import { SeekInfo } from "@hyperledger/fabric-protos/lib/orderer/ab_pb";
import { Proposal } from "@hyperledger/fabric-protos/lib/peer/proposal_pb";
import { Endorsement, ProposalResponse, Response } from "@hyperledger/fabric-protos/lib/peer/proposal_response_pb";
import { configUpdateEnvelope } from "../../../../ledger/fabric/config-update";
import { approveChaincodeCall, parseCommitReadiness } from "../../../../ledger/fabric/lifecycle";
import { CheckCommitReadinessResult } from "@hyperledger/fabric-protos/lib/peer/lifecycle/lifecycle_pb";
import { buildProposal, signProposal, type MessageContext } from "../../../../ledger/fabric/proposal";
import { createSigner, type Sign } from "../../../../ledger/fabric/sign";
import {
  endorsedTransaction,
  ProposalRefused,
  responsePayload,
  seekEnvelope,
} from "../../../../ledger/fabric/transaction";
import { fixtureNetwork, type Network } from "./fixtures";

const fixedNonce = Buffer.alloc(24, 7);
const testTime = new Date("2026-06-01T12:00:00.500Z");

function response(payload: string, status = 200, message = ""): ProposalResponse {
  const answer = new Response();
  answer.setStatus(status);
  answer.setMessage(message);
  answer.setPayload(Buffer.from("answer"));
  const endorsement = new Endorsement();
  endorsement.setEndorser(Buffer.from("endorser"));
  const proposalResponse = new ProposalResponse();
  proposalResponse.setResponse(answer);
  proposalResponse.setPayload(Buffer.from(payload));
  proposalResponse.setEndorsement(endorsement);
  return proposalResponse;
}

describe("messages", () => {
  let network: Network;
  let context: MessageContext;
  let sign: Sign;

  before(async () => {
    network = await fixtureNetwork();
    const { msp, admin } = network.org1;
    context = {
      creator: { mspId: msp.mspId, certificate: admin.identity.certificate },
      nonce: fixedNonce,
      now: testTime,
    };
    sign = createSigner(admin.identity.privateKey);
  });

  function assertSigned(message: Uint8Array, signature: Uint8Array): void {
    const { publicKey } = new X509Certificate(network.org1.admin.identity.certificate);
    assert.ok(verify("sha256", message, publicKey, signature));
  }

  function proposal(): ReturnType<typeof buildProposal> {
    const call = { chaincode: "asset", function: "Create", args: [Buffer.from("a1")] };
    return buildProposal({ ...context, channelId: "trade", call });
  }

  it("name the transaction by the hash of nonce and creator, which peers recompute", () => {
    const { transactionId, bytes } = proposal();
    const header = Header.deserializeBinary(Proposal.deserializeBinary(bytes).getHeader_asU8());
    const channelHeader = ChannelHeader.deserializeBinary(header.getChannelHeader_asU8());
    const creator = SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8()).getCreator_asU8();
    assert.equal(transactionId, createHash("sha256").update(fixedNonce).update(creator).digest("hex"));
    assert.equal(channelHeader.getTxId(), transactionId);
    assert.equal(channelHeader.getChannelId(), "trade");
    assert.deepEqual(channelHeader.getTimestamp()?.toDate(), testTime);
    assert.deepEqual(SerializedIdentity.deserializeBinary(creator).toObject(), {
      mspid: "Org1MSP",
      idBytes: Buffer.from(context.creator.certificate).toString("base64"),
    });
  });

  it("carry their creator's signature over exactly the bytes that are sent", () => {
    const signed = signProposal(proposal(), sign);
    assertSigned(signed.getProposalBytes_asU8(), signed.getSignature_asU8());
    const transaction = endorsedTransaction(proposal(), [{ node: "org1/peer0", response: response("x") }], sign);
    assertSigned(transaction.getPayload_asU8(), transaction.getSignature_asU8());
    const seek = seekEnvelope({ ...context, channelId: "trade", start: "newest", sign });
    assertSigned(seek.getPayload_asU8(), seek.getSignature_asU8());
  });

  it("are the same bytes for the same inputs, since clock and chance come from outside", () => {
    assert.deepEqual(proposal(), proposal());
  });

  it("make no transaction of different results, and name the peers on each side", () => {
    const answers = [
      { node: "org1/peer0", response: response("x") },
      { node: "org2/peer0", response: response("y") },
      { node: "org2/peer1", response: response("x") },
    ];
    assert.throws(() => endorsedTransaction(proposal(), answers, sign), {
      message:
        "peers endorsed different results (org1/peer0, org2/peer1 | org2/peer0): " +
        "their ledgers differ for the moment, or the chaincode is not deterministic",
    });
  });

  it("make no transaction of a refusal, and give the peer's words", () => {
    const answers = [
      { node: "org1/peer0", response: response("x") },
      { node: "org2/peer0", response: response("", 500, "asset a1 exists") },
    ];
    assert.throws(
      () => endorsedTransaction(proposal(), answers, sign),
      (error: unknown) => {
        assert.ok(error instanceof ProposalRefused);
        assert.equal(error.message, "org2/peer0 refused the proposal with status 500: asset a1 exists");
        assert.deepEqual([error.node, error.status, error.answer], ["org2/peer0", 500, "asset a1 exists"]);
        return true;
      },
    );
  });

  it("make no transaction without endorsements", () => {
    assert.throws(() => endorsedTransaction(proposal(), [], sign), {
      message: "no peer endorsed the proposal: a transaction needs one endorsement at least",
    });
    const bare = response("x");
    bare.clearEndorsement();
    assert.throws(() => endorsedTransaction(proposal(), [{ node: "org1/peer0", response: bare }], sign), {
      message: "org1/peer0 answered without an endorsement",
    });
  });

  it("give the chaincode's answer, or say that there is none", () => {
    assert.equal(Buffer.from(responsePayload({ node: "p", response: response("x") })).toString(), "answer");
    assert.throws(() => responsePayload({ node: "org1/peer0", response: new ProposalResponse() }), {
      message: "org1/peer0 refused the proposal with status 0: the response is empty",
    });
  });

  it("ask for blocks by place or number, to the end of time unless a last one is named", () => {
    const seek = (request: Partial<Parameters<typeof seekEnvelope>[0]>): SeekInfo.AsObject => {
      const envelope = seekEnvelope({ ...context, channelId: "trade", start: "oldest", sign, ...request });
      return SeekInfo.deserializeBinary(
        Payload.deserializeBinary(envelope.getPayload_asU8()).getData_asU8(),
      ).toObject();
    };
    const endless = seek({});
    assert.ok(endless.start?.oldest);
    assert.equal(endless.stop?.specified?.number, Number.MAX_SAFE_INTEGER);
    assert.equal(endless.behavior, SeekInfo.SeekBehavior.BLOCK_UNTIL_READY);
    assert.equal(endless.errorResponse, SeekInfo.SeekErrorResponse.STRICT);
    const one = seek({ start: 5, stop: "newest", failIfNotReady: true, bestEffort: true });
    assert.equal(one.start?.specified?.number, 5);
    assert.ok(one.stop?.newest);
    assert.equal(one.behavior, SeekInfo.SeekBehavior.FAIL_IF_NOT_READY);
    assert.equal(one.errorResponse, SeekInfo.SeekErrorResponse.BEST_EFFORT);
  });

  it("bind a block stream to the client's TLS certificate where one is given", () => {
    const hash = Buffer.alloc(32, 1);
    const envelope = seekEnvelope({ ...context, channelId: "trade", start: 0, sign, tlsCertificateHash: hash });
    const header = Payload.deserializeBinary(envelope.getPayload_asU8()).getHeader();
    const channelHeader = ChannelHeader.deserializeBinary(header?.getChannelHeader_asU8() ?? new Uint8Array());
    assert.deepEqual(Buffer.from(channelHeader.getTlsCertHash_asU8()), hash);
  });

  it("carry each administrator's signature over its own header and the update", () => {
    const update = Buffer.from("update");
    const signers = [context, { ...context, nonce: Buffer.alloc(24, 8) }].map(({ creator, nonce }) => ({
      creator,
      nonce,
      sign,
    }));
    const envelope = configUpdateEnvelope({ channelId: "trade", update, signers, nonce: fixedNonce, now: testTime });
    const payload = Payload.deserializeBinary(Envelope.deserializeBinary(envelope.serializeBinary()).getPayload_asU8());
    const signatures = ConfigUpdateEnvelope.deserializeBinary(payload.getData_asU8()).getSignaturesList();
    assert.equal(signatures.length, 2);
    for (const signature of signatures) {
      assertSigned(Buffer.concat([signature.getSignatureHeader_asU8(), update]), signature.getSignature_asU8());
    }
    assert.throws(
      () => configUpdateEnvelope({ channelId: "trade", update, signers: [], nonce: fixedNonce, now: testTime }),
      {
        message: "config update of channel trade: no administrator signs it; at least one must",
      },
    );
  });

  it("refuse a definition whose policy is none before any peer sees it", () => {
    const definition = { name: "asset", version: "1", sequence: 1, endorsementPolicy: "OR('Org1MSP')" };
    assert.throws(() => approveChaincodeCall(definition), /character 4: 'Org1MSP' is not '<MSP id>\.<role>'/);
  });

  it("tell approvals by MSP id, with the mismatches that newer peers name", () => {
    const result = new CheckCommitReadinessResult();
    result.getApprovalsMap().set("Org2MSP", false).set("Org1MSP", true);
    const mismatches = new CheckCommitReadinessResult.Mismatches();
    mismatches.setItemsList(["ChaincodeParameters"]);
    result.getMismatchesMap().set("Org2MSP", mismatches);
    assert.deepEqual(parseCommitReadiness(result.serializeBinary()), [
      { mspId: "Org1MSP", approved: true, mismatches: [] },
      { mspId: "Org2MSP", approved: false, mismatches: ["ChaincodeParameters"] },
    ]);
  });
});
