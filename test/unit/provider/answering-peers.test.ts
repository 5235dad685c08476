/** The way to a channel by several peers, of which some are silent, behind or refuse. The peers are stand-ins behind TLS. */
import assert from "node:assert/strict";
import type { sendUnaryData } from "@grpc/grpc-js";
import { Block, Envelope, Payload } from "@hyperledger/fabric-protos/lib/common/common_pb";
import { ConfigEnvelope } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { GatewayService } from "@hyperledger/fabric-protos/lib/gateway/gateway_grpc_pb";
import { SubmitResponse } from "@hyperledger/fabric-protos/lib/gateway/gateway_pb";
import { EndorserService } from "@hyperledger/fabric-protos/lib/peer/peer_grpc_pb";
import { ProposalResponse, Response } from "@hyperledger/fabric-protos/lib/peer/proposal_response_pb";
import { buildGenesisBlock } from "../../../ledger/fabric/genesis";
import { Session } from "../../../provider/fabric/clients/session";
import { wayByPeers, type PeerWay } from "../../../provider/fabric/work/peer-way";
import { testOperation } from "../../support/operation";
import { FabricInputs } from "./fabric-inputs";
import { silentPeer, standInPeer, type StandIn } from "./stand-in-node";

/** Long for an answer on loopback. */
const patienceMs = 1000;

describe("the way to a channel by several peers", function () {
  this.timeout(20_000);
  let fabric: FabricInputs;
  let nodes: StandIn[];
  /** Names of the peers that got an envelope for the ordering service. */
  let senders: string[];

  before(async () => {
    fabric = await FabricInputs.create();
  });

  beforeEach(() => {
    nodes = [];
    senders = [];
  });

  afterEach(() => nodes.forEach((node) => node.close()));

  /** A peer that answers every question alike. */
  async function peer(name: string, response: Response, answered: () => Promise<void> = async () => undefined) {
    const proposalResponse = new ProposalResponse();
    proposalResponse.setResponse(response);
    const node = await standInPeer(
      fabric,
      name,
      [
        EndorserService,
        {
          processProposal: (_call: unknown, answer: sendUnaryData<ProposalResponse>) =>
            void answered().then(() => answer(null, proposalResponse)),
        },
      ],
      [
        GatewayService,
        {
          submit: (_call: unknown, answer: sendUnaryData<SubmitResponse>) => {
            senders.push(name);
            answer(null, new SubmitResponse());
          },
        },
      ],
    );
    nodes.push(node);
  }

  async function silent(name: string): Promise<void> {
    nodes.push(await silentPeer(fabric, name));
  }

  function having(sequence: number): Response {
    const response = new Response();
    response.setStatus(200);
    response.setPayload(configBlock(buildGenesisBlock(fabric.config([fabric.tls.certificate])), sequence));
    return response;
  }

  function refusing(message: string): Response {
    const response = new Response();
    response.setStatus(500);
    response.setMessage(message);
    return response;
  }

  /** Works by all peers that there are; result and warnings. */
  async function by<T>(work: (way: PeerWay) => Promise<T>): Promise<{ result: T; warnings: string[] }> {
    const { context, messages } = testOperation();
    const result = await Session.run(context, (session) => {
      const peers = nodes.map(({ address }) => address);
      return work(wayByPeers(session, "trade", peers, [fabric.administrator("Org1MSP")], patienceMs));
    });
    return { result, warnings: messages.warn };
  }

  it("tells the newest config of those that answer, and waits for a silent one once", async () => {
    await silent("org1/peer0");
    await peer("org1/peer1", having(3));
    await peer("org1/peer2", having(4));
    const { result, warnings } = await by(async (way) => {
      const first = await way.liveConfig();
      const start = performance.now();
      const second = await way.liveConfig();
      await way.broadcast("sending", new Envelope());
      return { sequences: [first.sequence, second.sequence], again: performance.now() - start };
    });
    assert.deepEqual(result.sequences, [4, 4]);
    assert.ok(result.again < patienceMs, `${result.again} ms`);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /^org1\/peer0 does not tell the config of channel trade, and counts as absent: gave up/);
    // The gateway of a silent peer would take no transaction either.
    assert.deepEqual(senders, ["org1/peer1"]);
  });

  it("settles when each peer that answers has the config, and none waits for those that do not", async () => {
    await silent("org1/peer0");
    await peer("org1/peer1", having(4));
    const { result } = await by(async (way) => {
      const live = await way.liveConfig();
      await way.waitUntilSettled(live);
      return live.sequence;
    });
    assert.equal(result, 4);
  });

  it("is that of the first to answer where none does in time", async () => {
    await silent("org1/peer0");
    let answer = (): void => undefined;
    const late = new Promise<void>((resolve) => (answer = resolve));
    await peer("org1/peer1", having(5), () => late);
    const asking = by((way) => way.liveConfig());
    setTimeout(answer, patienceMs * 1.5);
    assert.equal((await asking).result.sequence, 5);
  });

  it("goes on without a peer that refuses, and ends with the refusal where no other one answers", async () => {
    await peer("org1/peer0", refusing("access denied"));
    await peer("org1/peer1", having(2));
    const { result, warnings } = await by((way) => way.liveConfig());
    assert.equal(result.sequence, 2);
    assert.match(warnings.join(), /^org1\/peer0 does not tell the config of channel trade.*access denied/);
    nodes.pop()!.close();
    await silent("org1/peer1");
    await assert.rejects(
      by((way) => way.liveConfig()),
      { name: "NodeError", message: /node org1\/peer0: .*access denied/ },
    );
  });
});

/** The block with a later config of the same content. */
function configBlock(genesis: Uint8Array, sequence: number): Uint8Array {
  const block = Block.deserializeBinary(genesis);
  const envelope = Envelope.deserializeBinary(block.getData()!.getDataList_asU8()[0]!);
  const payload = Payload.deserializeBinary(envelope.getPayload_asU8());
  const config = ConfigEnvelope.deserializeBinary(payload.getData_asU8());
  config.getConfig()!.setSequence(sequence);
  payload.setData(config.serializeBinary());
  envelope.setPayload(payload.serializeBinary());
  block.getData()!.setDataList([envelope.serializeBinary()]);
  block.getHeader()!.setNumber(sequence);
  return block.serializeBinary();
}
