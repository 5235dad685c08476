/**
 * The verdict of real nodes on what the domain code builds: an orderer and a peer start with its MSP directories and
 * certificates, take its genesis block, its config updates, its proposals and its transactions. Chaincode itself does
 * not run here.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { Block, type Envelope } from "@hyperledger/fabric-protos/lib/common/common_pb";
import { ConfigUpdate } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import type { BroadcastResponse, DeliverResponse } from "@hyperledger/fabric-protos/lib/orderer/ab_pb";
import { AtomicBroadcastClient } from "@hyperledger/fabric-protos/lib/orderer/ab_grpc_pb";
import { EndorserClient } from "@hyperledger/fabric-protos/lib/peer/peer_grpc_pb";
import { packageChaincode } from "../../../../ledger/fabric/chaincode-package";
import type { ChannelConfig, Consenter, HostPort } from "../../../../ledger/fabric/channel-config";
import {
  decodeConfigBlock,
  describeChannelConfig,
  lastConfigBlockNumber,
  normalizeChannelConfig,
  type DecodedConfig,
} from "../../../../ledger/fabric/config-decode";
import { applyConfigUpdate, configUpdateEnvelope, planConfigUpdates } from "../../../../ledger/fabric/config-update";
import { buildGenesisBlock } from "../../../../ledger/fabric/genesis";
import {
  approveChaincodeCall,
  checkCommitReadinessCall,
  commitChaincodeCall,
  installChaincodeCall,
  parseApproved,
  parseCommitReadiness,
  parseCommitted,
  parseInstalled,
  parseInstallResult,
  queryApprovedCall,
  queryCommittedCall,
  queryInstalledCall,
} from "../../../../ledger/fabric/lifecycle";
import {
  buildProposal,
  signProposal,
  type ChaincodeCall,
  type ChaincodeProposal,
} from "../../../../ledger/fabric/proposal";
import { createSigner, type Creator, type Sign } from "../../../../ledger/fabric/sign";
import {
  getChainInfoCall,
  getChannelsCall,
  getConfigBlockCall,
  joinChannelCall,
  parseChainInfo,
  parseChannels,
} from "../../../../ledger/fabric/system-chaincode";
import {
  endorsedTransaction,
  ProposalRefused,
  responsePayload,
  seekEnvelope,
  type BlockPosition,
  type NodeResponse,
} from "../../../../ledger/fabric/transaction";
import {
  createAuthority,
  createMember,
  fixtureNetwork,
  peerOrganization,
  raftChannel,
  type Network,
  type Organization,
} from "./fixtures";
import { joinOrderer, NodeProcesses, waitFor, type Node } from "./node-processes";

const SUCCESS = 200;
const SERVICE_UNAVAILABLE = 503;
const DEFINITION = {
  name: "asset",
  version: "1.0",
  sequence: 1,
  endorsementPolicy: "OR('Org1MSP.peer', 'Org1MSP.admin')",
  initRequired: false,
};

function administrator({ admin, msp }: Organization): { creator: Creator; sign: Sign } {
  return {
    creator: { mspId: msp.mspId, certificate: admin.identity.certificate },
    sign: createSigner(admin.identity.privateKey),
  };
}

function nonce(): Uint8Array {
  return randomBytes(24);
}

function consenterOf(node: Node): Consenter {
  const { organization, member } = node;
  return {
    ...endpointOf(node),
    mspId: organization.msp.mspId,
    clientTlsCertificate: member.tls.certificate,
    serverTlsCertificate: member.tls.certificate,
    identity: member.identity.certificate,
  };
}

function endpointOf({ port }: Node): HostPort {
  return { host: "127.0.0.1", port };
}

/** Sends one envelope to a streaming service of an orderer and returns its first answer. */
function ask<T>(node: Node, service: "broadcast" | "deliver", envelope: Envelope): Promise<T> {
  const client = new AtomicBroadcastClient(
    node.address,
    credentials.createSsl(Buffer.from(node.organization.tlsCa.certificate)),
  );
  return new Promise<T>((resolve, reject) => {
    const stream = client[service]();
    stream.on("data", (answer: T) => {
      resolve(answer);
      stream.cancel();
    });
    stream.on("error", (error: Error) => reject(error));
    stream.write(envelope);
  }).finally(() => client.close());
}

async function readBlock(
  node: Node,
  channelId: string,
  position: BlockPosition,
  reader = administrator(node.organization),
): Promise<Uint8Array> {
  const request = { channelId, start: position, stop: position, bestEffort: true, nonce: nonce(), now: new Date() };
  const answer = await ask<DeliverResponse>(node, "deliver", seekEnvelope({ ...request, ...reader }));
  const block = answer.getBlock();
  assert.ok(block, `deliver answered ${answer.getStatus()}`);
  return block.serializeBinary();
}

async function liveConfig(node: Node, channelId: string): Promise<DecodedConfig> {
  const newest = await readBlock(node, channelId, "newest");
  return decodeConfigBlock(await readBlock(node, channelId, lastConfigBlockNumber(newest)));
}

/** What a new raft leader answers to a change of consenters until it has heard from the others. */
const NOT_YET_ALIVE = /nodes are alive, configuration will result in quorum loss/;

/** Hands an envelope to the ordering service, as soon as it has a leader that knows its followers. */
async function broadcast(node: Node, envelope: Envelope): Promise<void> {
  await waitFor("a raft leader", async () => {
    const answer = await ask<BroadcastResponse>(node, "broadcast", envelope);
    if (answer.getStatus() === SERVICE_UNAVAILABLE || NOT_YET_ALIVE.test(answer.getInfo())) {
      return undefined;
    }
    assert.equal(answer.getStatus(), SUCCESS, answer.getInfo());
    return true;
  });
}

describe("real nodes", function () {
  this.timeout(180_000);
  const directory = mkdtempSync(join(tmpdir(), "ledger-fabric-nodes-"));
  const processes = new NodeProcesses(directory);
  let network: Network;
  let orderers: [Node, Node, Node];
  let peer: Node;
  let config: ChannelConfig;

  before(async () => {
    network = await fixtureNetwork();
    const { orderer, org1 } = network;
    const nodes = orderer.nodes.slice(0, 3).map((member) => processes.startOrderer(orderer, member));
    [peer, ...orderers] = await Promise.all([
      processes.startPeer(org1, org1.nodes[0]!),
      nodes[0]!,
      nodes[1]!,
      nodes[2]!,
    ]);
    config = {
      ...raftChannel(network),
      ordererOrganizations: [
        { name: orderer.name, msp: orderer.msp, endpoints: [endpointOf(orderers[0]), endpointOf(orderers[1])] },
      ],
      peerOrganizations: [peerOrganization(org1)],
      // Two stay all the while: raft cannot shrink to a single node with certainty.
      consenters: [consenterOf(orderers[0]), consenterOf(orderers[1])],
      batch: { timeout: "100ms", maxMessageCount: 10, absoluteMaxBytes: 1_000_000, preferredMaxBytes: 500_000 },
    };
  });

  after(async () => {
    await processes.stop();
    rmSync(directory, { recursive: true });
  });

  /** Runs every step of a plan and checks that the live config is then exactly what was predicted. */
  async function update(desired: ChannelConfig): Promise<string[]> {
    const { channelId } = desired;
    const [node] = orderers;
    const descriptions: string[] = [];
    const plan = planConfigUpdates(channelId, (await liveConfig(node, channelId)).config, desired);
    for (const step of plan) {
      const before = await liveConfig(node, channelId);
      const signers = [network.orderer, network.org1, network.org2].map((organization) => ({
        ...administrator(organization),
        nonce: nonce(),
      }));
      const envelope = configUpdateEnvelope({
        channelId,
        update: step.update,
        signers,
        nonce: nonce(),
        now: new Date(),
      });
      await broadcast(node, envelope);
      const after = await waitFor("the config block", async () => {
        const live = await liveConfig(node, channelId);
        return live.sequence > before.sequence ? live : undefined;
      });
      const predicted = applyConfigUpdate(before.config, ConfigUpdate.deserializeBinary(step.update));
      assert.deepEqual(after.config.serializeBinary(), predicted.serializeBinary());
      descriptions.push(step.description);
    }
    const live = await liveConfig(node, channelId);
    const described = describeChannelConfig(channelId, live.config);
    assert.deepEqual(normalizeChannelConfig(described), normalizeChannelConfig(desired));
    return descriptions;
  }

  function propose(
    call: ChaincodeCall,
    channelId: string,
  ): { proposal: ChaincodeProposal; answer: Promise<NodeResponse> } {
    const { creator, sign } = administrator(network.org1);
    const proposal = buildProposal({ channelId, call, creator, nonce: nonce(), now: new Date() });
    const client = new EndorserClient(peer.address, credentials.createSsl(Buffer.from(network.org1.tlsCa.certificate)));
    const answer = new Promise<NodeResponse>((resolve, reject) => {
      client.processProposal(signProposal(proposal, sign), (error, response) => {
        client.close();
        return response === undefined
          ? reject(error ?? new Error("no answer"))
          : resolve({ node: "org1/peer0", response });
      });
    });
    return { proposal, answer };
  }

  async function query(call: ChaincodeCall, channelId = ""): Promise<Uint8Array> {
    return responsePayload(await propose(call, channelId).answer);
  }

  async function submit(call: ChaincodeCall): Promise<void> {
    const { proposal, answer } = propose(call, config.channelId);
    await broadcast(orderers[0], endorsedTransaction(proposal, [await answer], administrator(network.org1).sign));
  }

  it("an orderer takes the genesis block once, and says so the second time", async () => {
    const block = buildGenesisBlock(config);
    assert.equal((await joinOrderer(orderers[0], block)).status, 201);
    assert.equal((await joinOrderer(orderers[1], block)).status, 201);
    const again = await joinOrderer(orderers[0], block);
    assert.equal(again.status, 405);
    assert.match(again.body, /channel already exists/);
  });

  it("an orderer delivers that block back and keeps its config as it is", async () => {
    const live = await liveConfig(orderers[0], config.channelId);
    assert.equal(live.channelId, config.channelId);
    assert.equal(live.sequence, 0);
    assert.deepEqual(
      live.config.serializeBinary(),
      decodeConfigBlock(buildGenesisBlock(config)).config.serializeBinary(),
    );
  });

  it("the ordering service takes an update of settings and organisations, and ends where the plan said", async () => {
    const { org2 } = network;
    const desired: ChannelConfig = {
      ...config,
      batch: { ...config.batch, timeout: "150ms" },
      capabilities: { ...config.capabilities, channel: "V3_0" },
      peerOrganizations: [...config.peerOrganizations, peerOrganization(org2)],
    };
    assert.deepEqual(await update(desired), [
      "add peer organisation org2; batch timeout 100ms -> 150ms; capability channel V2_0 -> V3_0",
    ]);
  });

  it("the channel knows roles of a second authority once it has it, as a change of authority needs", async () => {
    const { orderer } = network;
    const { channelId } = config;
    const second = await createAuthority("ca2.orderer", "orderer");
    const names = { organization: "orderer", name: "admin2", nodeOu: "admin" as const };
    const admin = await createMember({ ca: second, tlsCa: orderer.tlsCa, ...names });
    const reader = administrator({ ...orderer, admin });
    await assert.rejects(readBlock(orderers[0], channelId, "newest", reader), /deliver answered 403/);
    const current = describeChannelConfig(channelId, (await liveConfig(orderers[0], channelId)).config);
    const caCertificates = [...orderer.msp.caCertificates, second.certificate];
    const organizations = current.ordererOrganizations.map((organization) => ({
      ...organization,
      msp: { ...organization.msp, caCertificates },
    }));
    await update({ ...current, ordererOrganizations: organizations });
    assert.ok((await readBlock(orderers[0], channelId, "newest", reader)).length > 0);
  });

  it("the ordering service takes a consenter in and lets it go again, one step each", async () => {
    const [first, , third] = orderers;
    const { channelId } = config;
    const current = describeChannelConfig(channelId, (await liveConfig(first, channelId)).config);
    const newest = await readBlock(first, channelId, "newest");
    const configBlock = await readBlock(first, channelId, lastConfigBlockNumber(newest));
    assert.equal((await joinOrderer(third, configBlock)).status, 201);
    const endpoints = orderers.map(endpointOf);
    const [organization] = current.ordererOrganizations;
    assert.ok(organization);
    const grown = await update({
      ...current,
      ordererOrganizations: [{ ...organization, endpoints }],
      consenters: orderers.map(consenterOf),
    });
    assert.deepEqual(grown, [
      `add consenter 127.0.0.1:${third.port}`,
      `orderer organisation orderer: endpoints +127.0.0.1:${third.port}`,
    ]);
    const shrunk = await update(current);
    assert.deepEqual(shrunk, [
      `orderer organisation orderer: endpoints -127.0.0.1:${third.port}`,
      `remove consenter 127.0.0.1:${third.port}`,
    ]);
  });

  it("the ordering service refuses an update that the named administrators did not sign", async () => {
    const { channelId } = config;
    const live = await liveConfig(orderers[0], channelId);
    const current = describeChannelConfig(channelId, live.config);
    const [step] = planConfigUpdates(channelId, live.config, {
      ...current,
      batch: { ...current.batch, timeout: "1s" },
    });
    assert.ok(step);
    const signers = [{ ...administrator(network.org1), nonce: nonce() }];
    const envelope = configUpdateEnvelope({ channelId, update: step.update, signers, nonce: nonce(), now: new Date() });
    const answer = await ask<BroadcastResponse>(orderers[0], "broadcast", envelope);
    assert.match(answer.getInfo(), /policy for \[Value\] {2}\/Channel\/Orderer\/BatchTimeout not satisfied/);
  });

  it("a peer joins the channel with the genesis block, and says so the second time", async () => {
    assert.deepEqual(parseChannels(await query(getChannelsCall())), []);
    await query(joinChannelCall(buildGenesisBlock(config)));
    assert.deepEqual(parseChannels(await query(getChannelsCall())), [config.channelId]);
    await assert.rejects(query(joinChannelCall(buildGenesisBlock(config))), (error: unknown) => {
      assert.ok(error instanceof ProposalRefused);
      assert.match(error.message, /org1\/peer0 refused the proposal with status 500: .*already exists/);
      return true;
    });
  });

  it("a peer follows the channel to the live config", async () => {
    const live = await liveConfig(orderers[0], config.channelId);
    await waitFor("the peer to have the last config block", async () => {
      const block = await query(getConfigBlockCall(config.channelId));
      return decodeConfigBlock(block).sequence === live.sequence || undefined;
    });
    const newest = Block.deserializeBinary(await readBlock(orderers[0], config.channelId, "newest"));
    const height = (newest.getHeader()?.getNumber() ?? 0) + 1;
    await waitFor("the peer to have every block", async () => {
      const info = parseChainInfo(await query(getChainInfoCall(config.channelId), config.channelId));
      return info.height === height || undefined;
    });
  });

  it("a peer installs the package under the id computed for it", async () => {
    const { bytes, packageId, label } = packageChaincode({
      label: "asset_1",
      connection: { address: "127.0.0.1:1", dial_timeout: "1s", tls_required: false },
    });
    assert.deepEqual(parseInstallResult(await query(installChaincodeCall(bytes))), { packageId, label });
    assert.deepEqual(parseInstalled(await query(queryInstalledCall())), [{ packageId, label }]);
    await assert.rejects(query(installChaincodeCall(bytes)), /chaincode already successfully installed/);
  });

  it("a peer refuses what is not there with a status that tells it from failures", async () => {
    await assert.rejects(query(queryCommittedCall("asset"), config.channelId), (error: unknown) => {
      assert.ok(error instanceof ProposalRefused);
      assert.equal(error.status, 404);
      return true;
    });
  });

  it("the channel takes approval and commit of a definition and gives both back as they were asked for", async () => {
    const { channelId, peerOrganizations } = config;
    await update({
      ...describeChannelConfig(channelId, (await liveConfig(orderers[0], channelId)).config),
      peerOrganizations,
    });
    const [installed] = parseInstalled(await query(queryInstalledCall()));
    const readiness = async (): Promise<boolean | undefined> =>
      parseCommitReadiness(await query(checkCommitReadinessCall(DEFINITION), channelId)).every(
        ({ approved }) => approved,
      );
    await waitFor("the peer to see one organisation", async () => {
      const states = parseCommitReadiness(await query(checkCommitReadinessCall(DEFINITION), channelId));
      return states.length === 1 || undefined;
    });
    assert.equal(await readiness(), false);
    await submit(approveChaincodeCall(DEFINITION, installed?.packageId));
    await waitFor("the approval to be committed", async () => (await readiness()) || undefined);
    const approved = parseApproved("asset", await query(queryApprovedCall("asset", 1), channelId));
    assert.deepEqual(approved, { definition: DEFINITION, packageId: installed?.packageId });
    await submit(commitChaincodeCall(DEFINITION));
    const committed = await waitFor("the definition to be committed", async () => {
      const answer = await propose(queryCommittedCall("asset"), channelId).answer;
      return answer.response.getResponse()?.getStatus() === SUCCESS ? responsePayload(answer) : undefined;
    });
    assert.deepEqual(parseCommitted("asset", committed), { definition: DEFINITION, approvals: ["Org1MSP"] });
  });
});
