/**
 * The domain code's output on real nodes: an orderer and a peer start with its MSP directories and certificates, and
 * accept its genesis block, its config updates, its proposals and its transactions. No chaincode runs here.
 */
import assert from "node:assert/strict";
import { createPrivateKey, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials, Metadata } from "@grpc/grpc-js";
import { Block, type Envelope } from "@hyperledger/fabric-protos/lib/common/common_pb";
import { ConfigUpdate } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import type { BroadcastResponse, DeliverResponse } from "@hyperledger/fabric-protos/lib/orderer/ab_pb";
import { AtomicBroadcastClient } from "@hyperledger/fabric-protos/lib/orderer/ab_grpc_pb";
import { EndorserClient } from "@hyperledger/fabric-protos/lib/peer/peer_grpc_pb";
import { X509Certificate } from "@peculiar/x509";
import { createCertificateAuthority, issueCertificate } from "../../../ledger/fabric/certificate";
import { packageChaincode } from "../../../ledger/fabric/chaincode-package";
import type { ChannelConfig, HostPort } from "../../../ledger/fabric/channel-config";
import {
  decodeConfigBlock,
  describeChannelConfig,
  lastConfigBlockNumber,
  normalizeChannelConfig,
  type DecodedConfig,
} from "../../../ledger/fabric/config-decode";
import { applyConfigUpdate, configUpdateEnvelope, planConfigUpdates } from "../../../ledger/fabric/config-update";
import { buildGenesisBlock } from "../../../ledger/fabric/genesis";
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
} from "../../../ledger/fabric/lifecycle";
import { verifyingMsp } from "../../../ledger/fabric/msp";
import {
  buildProposal,
  signProposal,
  type ChaincodeCall,
  type ChaincodeProposal,
} from "../../../ledger/fabric/proposal";
import { createRevocationList } from "../../../ledger/fabric/revocation-list";
import { serialOf } from "../../../ledger/fabric/serial-number";
import { createSigner, type Creator, type Sign } from "../../../ledger/fabric/sign";
import {
  getChainInfoCall,
  getChannelsCall,
  getConfigBlockCall,
  joinChannelCall,
  parseChainInfo,
  parseChannels,
} from "../../../ledger/fabric/system-chaincode";
import {
  endorsedTransaction,
  ProposalRefused,
  responsePayload,
  seekEnvelope,
  type BlockPosition,
  type NodeResponse,
} from "../../../ledger/fabric/transaction";
import { buildRevocationList } from "../../../lib/x509/revocation-list";
import { OrdererAdmin } from "../../../provider/fabric/clients/orderer-admin";
import type { NodeAddress, OrdererAddress, SigningIdentity } from "../../../provider/fabric/sdk";
import { NotYet, waitUntil } from "../../../provider/framework/wait";
import { paths } from "../../../tools/paths";
import { writeFiles } from "../../support/files";
import { LoopbackFabric, type LoopbackOrderer, type LoopbackPeer } from "../../support/loopback-fabric";
import { testOperation } from "../../support/operation";

const successStatus = 200;
const forbiddenStatus = 403;
const unavailableStatus = 503;
const definition = {
  name: "asset",
  version: "1.0",
  sequence: 1,
  endorsementPolicy: "OR('Org1MSP.peer', 'Org1MSP.admin')",
  initRequired: false,
};

function signerOf({ mspId, certificate, privateKey }: SigningIdentity): { creator: Creator; sign: Sign } {
  return { creator: { mspId, certificate }, sign: createSigner(privateKey) };
}

function nonce(): Uint8Array {
  return randomBytes(24);
}

/** Repeats `check` until it returns a value. Its errors end the wait. */
function waitFor<T>(what: string, check: () => Promise<T | undefined>): Promise<T> {
  return waitUntil(async () => (await check()) ?? new NotYet("not yet"), {
    signal: AbortSignal.timeout(60_000),
    waitingFor: what,
    status: () => undefined,
  });
}

/** Sends a block to the orderer's participation API. A channel that the orderer has already is no error. */
async function joinOrderer(address: OrdererAddress, channelId: string, block: Uint8Array): Promise<void> {
  const { context } = testOperation();
  const admin = await OrdererAdmin.open(address, { ...context, status: context.log.status });
  try {
    await admin.join(channelId, block);
  } finally {
    await admin.close();
  }
}

function grpcAddress({ host, port }: HostPort): string {
  return `${host}:${port}`;
}

/** Sends one envelope to a streaming service of an orderer and returns its first answer. */
function ask<T>(node: NodeAddress, service: "broadcast" | "deliver", envelope: Envelope): Promise<T> {
  const client = new AtomicBroadcastClient(
    grpcAddress(node),
    credentials.createSsl(Buffer.from(node.tlsCaCertificates)),
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
  node: NodeAddress,
  channelId: string,
  position: BlockPosition,
  reader: SigningIdentity,
): Promise<Uint8Array> {
  const request = { channelId, start: position, stop: position, bestEffort: true, nonce: nonce(), now: new Date() };
  const answer = await ask<DeliverResponse>(node, "deliver", seekEnvelope({ ...request, ...signerOf(reader) }));
  const block = answer.getBlock();
  assert.ok(block, `deliver answered ${answer.getStatus()}`);
  return block.serializeBinary();
}

/** Answer of a new raft leader to a change of consenters before it has heard from the others. */
const notYetAlive = /nodes are alive, configuration will result in quorum loss/;

/** Sends an envelope to the ordering service, when it has a leader that knows its followers. */
async function broadcast(node: NodeAddress, envelope: Envelope): Promise<void> {
  await waitFor("a raft leader", async () => {
    const answer = await ask<BroadcastResponse>(node, "broadcast", envelope);
    if (answer.getStatus() === unavailableStatus || notYetAlive.test(answer.getInfo())) return undefined;
    assert.equal(answer.getStatus(), successStatus, answer.getInfo());
    return true;
  });
}

describe("real nodes", function () {
  this.timeout(180_000);
  let directory: string;
  let fabric: LoopbackFabric;
  let orderers: [LoopbackOrderer, LoopbackOrderer, LoopbackOrderer];
  let first: OrdererAddress;
  let peer: LoopbackPeer;
  /** Two consenters stay all the time: raft cannot reliably shrink to a single node. */
  let config: ChannelConfig;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "fabric-channel-"));
    fabric = await LoopbackFabric.create({
      directory,
      binaries: paths.bin,
      orderers: 3,
      organizations: [
        { name: "org1", mspId: "Org1MSP", peers: 1 },
        { name: "org2", mspId: "Org2MSP", peers: 0 },
      ],
    });
    fabric.start();
    orderers = fabric.orderers as typeof orderers;
    first = orderers[0].address;
    peer = fabric.organization("org1").peers[0]!;
    config = fabric.channelConfig("trade", { consenters: 2, organizations: ["org1"], batchTimeout: "100ms" });
  });

  after(async () => {
    await fabric.stop();
    rmSync(directory, { recursive: true });
  });

  async function liveConfig(node: OrdererAddress = first): Promise<DecodedConfig> {
    const { channelId } = config;
    const newest = await readBlock(node, channelId, "newest", fabric.ordererAdministrator);
    return decodeConfigBlock(
      await readBlock(node, channelId, lastConfigBlockNumber(newest), fabric.ordererAdministrator),
    );
  }

  async function describedConfig(): Promise<ChannelConfig> {
    return describeChannelConfig(config.channelId, (await liveConfig()).config);
  }

  /** Runs every step of a plan and checks that the live config equals the prediction. */
  async function update(
    desired: ChannelConfig,
    administrators: readonly SigningIdentity[] = fabric.administrators,
  ): Promise<string[]> {
    const { channelId } = desired;
    const descriptions: string[] = [];
    const plan = planConfigUpdates(channelId, (await liveConfig()).config, desired);
    for (const step of plan) {
      const before = await liveConfig();
      const signers = administrators.map((identity) => ({ ...signerOf(identity), nonce: nonce() }));
      const envelope = configUpdateEnvelope({
        channelId,
        update: step.update,
        signers,
        nonce: nonce(),
        now: new Date(),
      });
      await broadcast(first, envelope);
      const after = await waitFor("the config block", async () => {
        const live = await liveConfig();
        return live.sequence > before.sequence ? live : undefined;
      });
      const predicted = applyConfigUpdate(before.config, ConfigUpdate.deserializeBinary(step.update));
      assert.deepEqual(after.config.serializeBinary(), predicted.serializeBinary());
      descriptions.push(step.description);
    }
    assert.deepEqual(normalizeChannelConfig(await describedConfig()), normalizeChannelConfig(desired));
    return descriptions;
  }

  function propose(
    call: ChaincodeCall,
    channelId: string,
    identity: SigningIdentity = fabric.organization("org1").administrator,
  ): { proposal: ChaincodeProposal; answer: Promise<NodeResponse> } {
    const { creator, sign } = signerOf(identity);
    const proposal = buildProposal({ channelId, call, creator, nonce: nonce(), now: new Date() });
    const { address } = peer;
    const client = new EndorserClient(
      grpcAddress(address),
      credentials.createSsl(Buffer.from(address.tlsCaCertificates)),
    );
    const answer = new Promise<NodeResponse>((resolve, reject) => {
      client.processProposal(signProposal(proposal, sign), new Metadata({ waitForReady: true }), (error, response) => {
        client.close();
        return response === undefined
          ? reject(error ?? new Error("no answer"))
          : resolve({ node: "org1/peer0", response });
      });
    });
    return { proposal, answer };
  }

  async function query(call: ChaincodeCall, channelId = "", identity?: SigningIdentity): Promise<Uint8Array> {
    return responsePayload(await propose(call, channelId, identity).answer);
  }

  /** An identity of the CA of org1. */
  async function issue(commonName: string, nodeOu: "admin" | "client"): Promise<SigningIdentity> {
    const { ca, msp } = fabric.organization("org1");
    const subject = { commonName, organization: "org1", nodeOu, usage: "signing" as const };
    const names = { dnsNames: [], ipAddresses: [] };
    return {
      mspId: msp.mspId,
      ...(await issueCertificate({ ca, ...subject, ...names, validityDays: 1, now: new Date() })),
    };
  }

  async function submit(call: ChaincodeCall): Promise<void> {
    const { proposal, answer } = propose(call, config.channelId);
    const { sign } = signerOf(fabric.organization("org1").administrator);
    await broadcast(first, endorsedTransaction(proposal, [await answer], sign));
  }

  it("orderers take the genesis block, and take it a second time for done", async () => {
    const block = buildGenesisBlock(config);
    await Promise.all(orderers.slice(0, 2).map(({ address }) => joinOrderer(address, config.channelId, block)));
    await joinOrderer(first, config.channelId, block);
  });

  it("an orderer delivers that block back and keeps its config as it is", async () => {
    const live = await liveConfig();
    assert.equal(live.channelId, config.channelId);
    assert.equal(live.sequence, 0);
    assert.deepEqual(
      live.config.serializeBinary(),
      decodeConfigBlock(buildGenesisBlock(config)).config.serializeBinary(),
    );
  });

  it("the ordering service takes an update of settings and organisations, and ends where the plan said", async () => {
    const { peerOrganizations } = fabric.channelConfig("trade");
    const desired: ChannelConfig = {
      ...config,
      batch: { ...config.batch, timeout: "150ms" },
      capabilities: { ...config.capabilities, channel: "V3_0" },
      peerOrganizations,
    };
    assert.deepEqual(await update(desired), [
      "add peer organisation org2; batch timeout 100ms -> 150ms; capability channel V2_0 -> V3_0",
    ]);
  });

  it("the channel knows roles of a second authority once it has it, as a change of authority needs", async () => {
    const { mspId } = fabric.ordererMsp;
    const common = { organization: "orderer", validityDays: 30, now: new Date() };
    const second = await createCertificateAuthority({ ...common, commonName: "ca2.orderer" });
    const admin = await issueCertificate({
      ...common,
      ca: second,
      commonName: "admin2",
      nodeOu: "admin",
      usage: "signing",
      dnsNames: [],
      ipAddresses: [],
    });
    const read = (): Promise<Uint8Array> => readBlock(first, config.channelId, "newest", { mspId, ...admin });
    await assert.rejects(read(), /deliver answered 403/);
    const current = await describedConfig();
    const ordererOrganizations = current.ordererOrganizations.map((organization) => ({
      ...organization,
      msp: { ...organization.msp, caCertificates: [...organization.msp.caCertificates, second.certificate] },
    }));
    await update({ ...current, ordererOrganizations });
    assert.ok((await read()).length > 0);
  });

  it("the ordering service takes a consenter in and lets it go again, one step each", async () => {
    const third = orderers[2].address;
    const { channelId } = config;
    const current = await describedConfig();
    const newest = await readBlock(first, channelId, "newest", fabric.ordererAdministrator);
    const number = lastConfigBlockNumber(newest);
    await joinOrderer(third, channelId, await readBlock(first, channelId, number, fabric.ordererAdministrator));
    const [organization] = current.ordererOrganizations;
    assert.ok(organization);
    const endpoints = orderers.map(({ address: { host, port } }) => ({ host, port }));
    const grown = await update({
      ...current,
      ordererOrganizations: [{ ...organization, endpoints }],
      consenters: orderers.map(({ consenter }) => consenter),
    });
    assert.deepEqual(grown, [
      `add consenter localhost:${third.port}`,
      `orderer organisation orderer: endpoints +localhost:${third.port}`,
    ]);
    const shrunk = await update(current);
    assert.deepEqual(shrunk, [
      `orderer organisation orderer: endpoints -localhost:${third.port}`,
      `remove consenter localhost:${third.port}`,
    ]);
  });

  it("the ordering service refuses an update that the named administrators did not sign", async () => {
    const { channelId } = config;
    const current = await describedConfig();
    const [step] = planConfigUpdates(channelId, (await liveConfig()).config, {
      ...current,
      batch: { ...current.batch, timeout: "1s" },
    });
    assert.ok(step);
    const signers = [{ ...signerOf(fabric.organization("org1").administrator), nonce: nonce() }];
    const envelope = configUpdateEnvelope({ channelId, update: step.update, signers, nonce: nonce(), now: new Date() });
    const answer = await ask<BroadcastResponse>(first, "broadcast", envelope);
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
    const live = await liveConfig();
    await waitFor("the peer to have the last config block", async () => {
      const block = await query(getConfigBlockCall(config.channelId));
      return decodeConfigBlock(block).sequence === live.sequence || undefined;
    });
    const newest = Block.deserializeBinary(
      await readBlock(first, config.channelId, "newest", fabric.ordererAdministrator),
    );
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
    assert.deepEqual(parseInstalled(await query(queryInstalledCall())), [{ packageId, label, references: [] }]);
    await assert.rejects(query(installChaincodeCall(bytes)), /chaincode already successfully installed/);
  });

  it("a peer refuses missing things with a status that distinguishes them from failures", async () => {
    await assert.rejects(query(queryCommittedCall("asset"), config.channelId), (error: unknown) => {
      assert.ok(error instanceof ProposalRefused);
      assert.equal(error.status, 404);
      return true;
    });
  });

  it("the channel takes approval and commit of a definition and gives both back as they were asked for", async () => {
    const { channelId, peerOrganizations } = config;
    await update({
      ...(await describedConfig()),
      peerOrganizations,
    });
    const [installed] = parseInstalled(await query(queryInstalledCall()));
    const readiness = async (): Promise<boolean | undefined> =>
      parseCommitReadiness(await query(checkCommitReadinessCall(definition), channelId)).every(
        ({ approved }) => approved,
      );
    await waitFor("the peer to see one organisation", async () => {
      const states = parseCommitReadiness(await query(checkCommitReadinessCall(definition), channelId));
      return states.length === 1 || undefined;
    });
    assert.equal(await readiness(), false);
    await submit(approveChaincodeCall(definition, installed?.packageId));
    await waitFor("the approval to be committed", async () => (await readiness()) || undefined);
    const approved = parseApproved("asset", await query(queryApprovedCall("asset", 1), channelId));
    assert.deepEqual(approved, { definition: definition, packageId: installed?.packageId });
    await submit(commitChaincodeCall(definition));
    const committed = await waitFor("the definition to be committed", async () => {
      const answer = await propose(queryCommittedCall("asset"), channelId).answer;
      return answer.response.getResponse()?.getStatus() === successStatus ? responsePayload(answer) : undefined;
    });
    assert.deepEqual(parseCommitted("asset", committed), { definition: definition, approvals: ["Org1MSP"] });
  });

  it("a revoked user is refused from the config update on; others go on, and so does the user with another key", async () => {
    const { channelId } = config;
    const [alice, again, bob] = await Promise.all([
      issue("alice", "admin"),
      issue("alice", "admin"),
      issue("bob", "client"),
    ]);
    const info = (identity: SigningIdentity): Promise<Uint8Array> =>
      query(getChainInfoCall(channelId), channelId, identity);
    const approve = (name: string, identity: SigningIdentity) =>
      propose(approveChaincodeCall({ ...definition, name }, undefined), channelId, identity);
    const transaction = async (name: string, identity: SigningIdentity): Promise<Envelope> => {
      const { proposal, answer } = approve(name, identity);
      return endorsedTransaction(proposal, [await answer], signerOf(identity).sign);
    };
    const isCommitted = (name: string): Promise<Uint8Array> =>
      waitFor(`the transaction of ${name}`, async () => {
        const { response } = await propose(queryApprovedCall(name, 1), channelId).answer;
        return response.getResponse()?.getStatus() === successStatus ? response.getPayload_asU8() : undefined;
      });
    await broadcast(first, await transaction("before", alice));
    await isCommitted("before");
    const endorsedBefore = await transaction("endorsed", alice);

    const { ca } = fabric.organization("org1");
    const revoked = [{ serial: serialOf(alice.certificate), revokedAt: new Date().toISOString() }];
    const list = await createRevocationList({ ca, number: 1, revoked, now: new Date() });
    const current = await describedConfig();
    const peerOrganizations = current.peerOrganizations.map((organization) => ({
      ...organization,
      msp: { ...organization.msp, revocationLists: [list] },
    }));
    const desired = { ...current, peerOrganizations };
    const plan = planConfigUpdates(channelId, (await liveConfig()).config, desired);
    assert.deepEqual(
      plan.map(({ requiredSigners }) => requiredSigners),
      [[{ policy: "/Channel/Application/org1/Admins", rule: { n: 1, of: [{ mspId: "Org1MSP" }] } }]],
    );
    const onlyOrg1 = fabric.organization("org1").administrator;
    assert.deepEqual(await update(desired, [onlyOrg1]), ["peer organisation org1: revocation lists"]);

    await waitFor("the peer to refuse", () =>
      info(alice).then(
        () => undefined,
        (error: Error) => {
          assert.match(error.message, /access denied/);
          return true;
        },
      ),
    );
    const late = await ask<BroadcastResponse>(first, "broadcast", endorsedBefore);
    assert.equal(late.getStatus(), forbiddenStatus, late.getInfo());
    await assert.rejects(readBlock(first, channelId, "newest", alice), /deliver answered 403/);
    for (const identity of [bob, again]) {
      await info(identity);
      assert.ok((await readBlock(first, channelId, "newest", identity)).length > 0);
    }
    await broadcast(first, await transaction("after", again));
    await isCommitted("after");
  });

  it("a peer with a list in its own MSP takes no more orders from a former administrator, whatever the dates", async () => {
    const { ca } = fabric.organization("org1");
    const [former, present] = await Promise.all([issue("admin", "admin"), issue("admin", "admin")]);
    await query(getChannelsCall(), "", former);
    const past = new Date(Date.now() - 1000 * 60 * 60);
    const list = await buildRevocationList({
      authority: new X509Certificate(ca.certificate),
      authorityKey: createPrivateKey(ca.privateKey),
      number: 1,
      thisUpdate: past,
      nextUpdate: past,
      entries: [{ serial: serialOf(former.certificate), revokedAt: new Date(Date.now() + 1000 * 60 * 60) }],
    });
    await peer.process.stop();
    const files = verifyingMsp({ ...fabric.organization("org1").msp, revocationLists: [list] });
    writeFiles(peer.mspDirectory, files);
    peer.process.start();
    assert.deepEqual(parseChannels(await query(getChannelsCall(), "", present)), [config.channelId]);
    await assert.rejects(query(getChannelsCall(), "", former), /access denied/);
  });
});
