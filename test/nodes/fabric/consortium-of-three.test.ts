/**
 * A channel that companies join and leave, on real orderers and peers: `acme` runs the orderers and org1, `bell` org2. `corp`
 * (org3) joins by files alone, and leaves. `dora` (org4) takes part with Fabric's programs. Steps build on each other.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { stringify } from "yaml";
import { issueCertificate } from "../../../ledger/fabric/certificate";
import type { ChannelConfig } from "../../../ledger/fabric/channel-config";
import { decodeConfigBlock } from "../../../ledger/fabric/config-decode";
import { computeConfigUpdate } from "../../../ledger/fabric/config-update";
import { readExchange, type ExchangeDocument } from "../../../ledger/fabric/consortium/exchange";
import { proposalDigest, proposalEnvelope } from "../../../ledger/fabric/consortium/proposal";
import { buildGenesisBlock } from "../../../ledger/fabric/genesis";
import { createRevocationList } from "../../../ledger/fabric/revocation-list";
import { serialOf } from "../../../ledger/fabric/serial-number";
import { Session } from "../../../provider/fabric/clients/session";
import { approval } from "../../../provider/fabric/resources/approval";
import { chaincode } from "../../../provider/fabric/resources/chaincode";
import { channel } from "../../../provider/fabric/resources/channel";
import type { SigningIdentity } from "../../../provider/fabric/sdk";
import { wayByPeers } from "../../../provider/fabric/work/peer-way";
import { poll } from "../../../lib/wait";
import { paths } from "../../../tools/paths";
import { withDirectory, writeFiles } from "../../support/files";
import { invoke, query } from "../../support/gateway";
import { LoopbackFabric } from "../../support/loopback-fabric";
import { testOperation } from "../../support/operation";
import { freePorts } from "../../support/processes";
import { TinyChaincode } from "../../support/tiny-chaincode";
import { Companies, type Stack } from "./companies";
import { organizationSections, runTool } from "./reference-tools";

const channelName = "trade";

describe("a consortium that companies join and leave", function () {
  this.timeout(120_000);
  this.bail(true);
  const server = new TinyChaincode();
  let directory: string;
  let fabric: LoopbackFabric;
  let companies: Companies;
  let acme: Stack;
  let corp: Stack;
  let port: number;
  let genesisBlock: Uint8Array;
  /** Keys and values of transactions that were acknowledged. */
  const acknowledged = new Map<string, string>();

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "fabric-three-"));
    fabric = await LoopbackFabric.create({
      directory,
      binaries: paths.bin,
      orderers: 3,
      organizations: [1, 2, 3, 4].map((n) => ({ name: `org${n}`, mspId: `Org${n}MSP`, peers: n === 4 ? 0 : 1 })),
    });
    fabric.start();
    companies = new Companies(fabric, channelName);
    [port = 0] = await freePorts(1);
    server.packageId = package1().packageId;
    await server.listen(port);
    acme = await companies.found(fabric.channelConfig(channelName, { organizations: ["org1", "org2"] }));
    genesisBlock = Buffer.from(acme.state.genesisBlock, "base64");
    for (const name of ["org1", "org2"]) await companies.join(name, genesisBlock);
    await Promise.all(["org1", "org2"].map((name) => define(name)));
  });

  after(async () => {
    server.close();
    await fabric.stop();
    rmSync(directory, { recursive: true });
  });

  const package1 = () => fabric.chaincodePackage("tiny_1.0", `127.0.0.1:${port}`);

  async function define(name: string): Promise<number> {
    const organizations = [fabric.chaincodeOrganization(name, package1())];
    const inputs = { channelId: channelName, name: "tiny", version: "1.0", initRequired: false, organizations };
    return (await chaincode.create(inputs, testOperation().context)).state.sequence;
  }

  async function put(name: string, key: string, endorsers: string[]): Promise<void> {
    await invoke(fabric.organization(name), channelName, "tiny", ["put", key, `of ${name}`], endorsers);
    acknowledged.set(key, `of ${name}`);
  }

  /** The config with these organisations beside the live ones, from their documents. */
  function withMembers(...documents: ExchangeDocument[]): Partial<Stack["inputs"]> {
    const coming = documents
      .flatMap(({ organizations }) => organizations)
      .flatMap((item) => (item.role === "peer" ? [item] : []))
      .map(({ role: _, ...organization }) => organization);
    const { config } = acme.inputs;
    return { config: { ...config, peerOrganizations: [...config.peerOrganizations, ...coming] } };
  }

  /** The administrators of other companies approve acme's proposal, one company after the other. */
  async function approve(...names: string[]): Promise<string[]> {
    const standings: string[] = [];
    let document = companies.proposalOf(acme);
    for (const name of names) {
      const inputs = companies.approvalInputs(document, name, name);
      const { state } = await approval.create(inputs, testOperation().context);
      standings.push(state.standing);
      const signatures = state.signatures.map(({ mspId, signature }) => ({
        digest: inputs.digest,
        mspId,
        signature: Buffer.from(signature, "base64"),
      }));
      document = { ...document, signatures };
    }
    return standings;
  }

  it("is joined later by a third company: proposed by one, approved by another, joined by the founder's block", async () => {
    await put("org1", "before", ["Org1MSP", "Org2MSP"]);
    acme = (await companies.up(acme, withMembers(companies.published("org3")))).stack;
    assert.deepEqual(await approve("org2"), ["inForce"]);
    acme = (await companies.up(acme)).stack;
    assert.equal(acme.state.proposal, undefined);

    await companies.join("org3", genesisBlock);
    const founded = fabric.channelConfig(channelName, { organizations: ["org1", "org2"] });
    const inputs = {
      config: { ...founded, peerOrganizations: [...founded.peerOrganizations, ownPart()] },
      orderers: [],
      administrators: companies.administrators("org3"),
      allowDelete: false,
      peers: companies.peersOf("org3"),
      restart: false,
    };
    const { state } = await channel.create(inputs, testOperation().context);
    assert.equal(state.proposal, undefined);
    corp = { inputs, state };
  });

  /** Corp's organisation, as its own stack has it. */
  function ownPart(): ChannelConfig["peerOrganizations"][number] {
    return fabric.channelConfig(channelName, { organizations: ["org3"] }).peerOrganizations[0]!;
  }

  it("takes the third company's transactions, once it approved the chaincode", async () => {
    assert.equal(await define("org3"), 1);
    assert.equal(await query(fabric.organization("org3"), channelName, "tiny", ["get", "before"]), "of org1");
    await put("org3", "third", ["Org1MSP", "Org3MSP"]);
    assert.equal(await query(fabric.organization("org1"), channelName, "tiny", ["get", "third"]), "of org3");
  });

  it("lets a company revoke an administrator by its own signature alone, who decides nothing from then on", async () => {
    const { ca, msp } = fabric.organization("org3");
    const second: SigningIdentity = {
      mspId: msp.mspId,
      ...(await issueCertificate({
        ca,
        commonName: "second",
        organization: "org3",
        nodeOu: "admin",
        usage: "signing",
        dnsNames: [],
        ipAddresses: [],
        validityDays: 5,
        now: new Date(),
      })),
    };
    const own = (
      change: Partial<ChannelConfig["peerOrganizations"][number]["msp"]>,
      anchors = ownPart().anchorPeers,
    ) => ({
      config: {
        ...corp.inputs.config,
        peerOrganizations: corp.inputs.config.peerOrganizations.map((each) =>
          each.name === "org3" ? { ...each, msp: { ...each.msp, ...change }, anchorPeers: anchors } : each,
        ),
      },
    });
    // Until then the second administrator counts.
    const withoutAnchors = (
      await companies.up({ ...corp, inputs: { ...corp.inputs, administrators: [second] } }, own({}, []))
    ).stack;
    assert.equal(withoutAnchors.state.proposal, undefined);
    corp = { ...withoutAnchors, inputs: { ...withoutAnchors.inputs, administrators: corp.inputs.administrators } };

    const revoked = [{ serial: serialOf(second.certificate), revokedAt: new Date().toISOString() }];
    const list = await createRevocationList({ ca, number: 1, revoked, now: new Date() });
    const preview = await companies.previewOf(corp, own({ revocationLists: [list] }, []));
    assert.match(preview.info.join(), /step 1 of 1: .*; this stack's signatures are enough$/);
    corp = (await companies.up(corp, own({ revocationLists: [list] }, []))).stack;
    assert.equal(corp.state.proposal, undefined);

    const asRevoked = { ...corp, inputs: { ...corp.inputs, administrators: [second] } };
    await assert.rejects(
      companies.up(asRevoked, own({ revocationLists: [list] })),
      /revoked|access denied|FORBIDDEN|403/i,
    );
    corp = (await companies.up(corp, own({ revocationLists: [list] }))).stack;

    // The founder sees it, and takes nothing back.
    acme = (await companies.up(acme)).stack;
    assert.equal(acme.state.configSequence, corp.state.configSequence);
    acme = (
      await companies.up(acme, {
        config: { ...acme.inputs.config, batch: { ...acme.inputs.config.batch, timeout: "100ms" } },
      })
    ).stack;
    assert.deepEqual((await companies.previewOf(corp)).warn, []);
  });

  it("refuses in the approver's preview what could cost the orderers their quorum, and says how many may fail", async () => {
    const live = await liveConfig();
    const withConsenters = (count: number) => {
      const { config } = decodeConfigBlock(
        buildGenesisBlock({
          ...fabric.channelConfig(channelName),
          consenters: fabric.channelConfig(channelName).consenters.slice(0, count),
        }),
      );
      return config;
    };
    const proposalFor = (count: number): Parameters<typeof approval.create>[0] => {
      const target = live.getChannelGroup()!.clone();
      const orderer = withConsenters(count).getChannelGroup()!.getGroupsMap().get("Orderer")!;
      const value = orderer.getValuesMap().get("ConsensusType")!;
      target.getGroupsMap().get("Orderer")!.getValuesMap().get("ConsensusType")!.setValue(value.getValue_asU8());
      const update = computeConfigUpdate(channelName, live, target)!.serializeBinary();
      return {
        channelId: channelName,
        digest: proposalDigest(update),
        envelope: Buffer.from(proposalEnvelope(channelName, update)).toString("base64"),
        administrators: companies.administrators("orderer", "org1"),
        peers: companies.peersOf("org1"),
        orderers: [],
      };
    };
    const refusal = {
      message: /config\.consenters: given "2 changes"; must change one at a time, because more could leave/,
    };
    await assert.rejects(async () => approval.inspect?.(proposalFor(1), testOperation().context), refusal);
    await assert.rejects(approval.create(proposalFor(1), testOperation().context), refusal);
    const { context, messages } = testOperation();
    await approval.inspect?.(proposalFor(2), context);
    assert.match(
      messages.info.join(),
      /the ordering service then stops when one of its 2 orderers does: it has no quorum without it; now it goes on without 1 of 3/,
    );
  });

  /** The config in force, read with acme's identity. */
  function liveConfig(): Promise<Config> {
    return Session.run(testOperation().context, async (session) => {
      const way = wayByPeers(session, channelName, companies.peersOf("org1"), companies.administrators("org1"));
      return (await way.liveConfig()).config;
    });
  }

  it("is joined by a company that has Fabric's programs alone, by its configtxgen -printOrg and signconfigtx", async () => {
    const dora = fabric.channelConfig(channelName, { organizations: ["org4"] });
    const printed = withDirectory((place) => {
      const { peers, files } = organizationSections(dora);
      for (const [path, content] of Object.entries(files)) writeFiles(place, { [path]: content });
      writeFiles(place, { "configtx.yaml": stringify({ Organizations: peers }) });
      return JSON.parse(runTool("configtxgen", ["-configPath", place, "-printOrg", "org4"]).toString()) as unknown;
    });
    const byHand = {
      format: "blockchain-clusters/exchange",
      version: 1,
      organizations: [{ name: "org4", role: "peer", group: printed }],
      channels: [],
      proposals: [],
      signatures: [],
      chaincodes: [],
    };
    const document = readExchange(JSON.stringify(byHand), { name: "dora", now: new Date() });
    acme = (await companies.up(acme, withMembers(document))).stack;
    assert.deepEqual(acme.state.proposal?.missing, [
      "/Channel/Application/Admins needs 2 of (Org1MSP, Org2MSP, Org3MSP)",
    ]);
    assert.deepEqual(await approve("org3"), ["inForce"]);
    acme = (await companies.up(acme)).stack;
    assert.equal(acme.state.proposal, undefined);
  });

  it("is left by a company by its own edit, which the others approve, and by nobody's word but its own", async () => {
    const leaving = {
      config: {
        ...corp.inputs.config,
        peerOrganizations: corp.inputs.config.peerOrganizations.filter(({ name }) => name !== "org3"),
      },
    };
    const { warn } = await companies.previewOf(corp, leaving);
    assert.match(warn[0]!, /^channel trade: with the last step Org3MSP has left it\. Peers keep what they have/);
    assert.match(
      warn[1]!,
      /step 1 of 1: remove peer organisation org3; .*needs 3 of \(Org1MSP, .*Org4MSP\); this stack holds Org3MSP$/,
    );
    const inputs = corp.inputs;
    corp = (await companies.up(corp, leaving)).stack;
    const { digest, envelope } = corp.state.proposal!;
    const bytes = Buffer.from(envelope, "base64");
    const signatures = ["org2", "org4"].map((name) => {
      const [signature] = companies.signWithFabricsProgram(bytes, name).signatures;
      const mspId = name === "org2" ? "Org2MSP" : "Org4MSP";
      return { digest, mspId, signature: Buffer.from(signature!.serializeBinary()).toString("base64") };
    });
    // Its own signature completes it. Its peers never see the block.
    const left = await companies.up(corp, { signatures });
    corp = left.stack;
    assert.match(left.warnings, /channel trade: Org3MSP left it, by config \d+ at the latest\. Peers keep/);
    assert.equal(corp.state.proposal, undefined);
    assert.equal(corp.state.left, corp.state.configSequence + 1);
    assert.deepEqual(
      channel.diff({ oldInputs: corp.inputs, oldState: corp.state, newInputs: corp.inputs, now: new Date() }),
      [],
    );
    acme = (await companies.up(acme)).stack;
    assert.equal(acme.state.configSequence, corp.state.left);
    assert.deepEqual(acme.state.members, ["Org1MSP", "Org2MSP", "Org4MSP"]);
    assert.equal(await query(fabric.organization("org3"), channelName, "tiny", ["get", "third"]), "of org3");

    // The others take it back, by the founder's word: a refresh shows that its file still has the member.
    const { inputs: asked } = acme;
    const read = await channel.read({ id: channelName, ...acme }, testOperation().context);
    acme = (await companies.up({ ...acme, ...read! }, { config: asked.config })).stack;
    assert.deepEqual(await approve("org2"), ["inForce"]);
    acme = (await companies.up(acme)).stack;
    const { configSequence: sequence, members = [] } = acme.state;
    await untilCorpHas(sequence);
    corp = (await companies.up(corp, { config: inputs.config, founderView: { sequence, members } })).stack;
    assert.equal(corp.state.left, undefined);
    // Its revocations were not in the document: its own signature brings them back.
    assert.equal(corp.state.configSequence, sequence + 1);
    assert.equal(corp.state.proposal, undefined);
  });

  /** Waits until corp's peer, to which orderers gave no block for a while, has a config. */
  async function untilCorpHas(sequence: number): Promise<void> {
    await poll(
      () =>
        Session.run(testOperation().context, async (session) => {
          const way = wayByPeers(session, channelName, companies.peersOf("org3"), companies.administrators("org3"));
          return (await way.liveConfig()).sequence >= sequence || undefined;
        }),
      { what: `config ${sequence} at corp's peer`, timeoutSeconds: 60, intervalMs: 500 },
    );
  }

  it("loses a company when the others agreed, whose peers keep what they had", async () => {
    const { config } = acme.inputs;
    const without = {
      config: { ...config, peerOrganizations: config.peerOrganizations.filter(({ name }) => name !== "org3") },
    };
    acme = (await companies.up(acme, without)).stack;
    assert.deepEqual(acme.state.proposal?.missing, [
      "/Channel/Application/Admins needs 3 of (Org1MSP, Org2MSP, Org3MSP, Org4MSP)",
    ]);
    // The last signature is that of the one that goes, whose peers never see the block.
    assert.deepEqual(await approve("org2", "org3"), ["open", "inForce"]);
    acme = (await companies.up(acme)).stack;
    assert.equal(acme.state.proposal, undefined);

    await put("org2", "after", ["Org1MSP", "Org2MSP"]);
    for (const key of ["before", "third"]) {
      assert.equal(await query(fabric.organization("org3"), channelName, "tiny", ["get", key]), acknowledged.get(key));
    }
  });

  it("tells the company that left by which config, with the founder's word, and changes and fails nothing", async () => {
    // Orderers hand out no block any more, that of the removal included.
    corp = (await companies.up(corp)).stack;
    assert.equal(corp.state.configSequence, acme.state.configSequence - 1);

    const { configSequence: sequence, members = [] } = acme.state;
    assert.deepEqual(members, ["Org1MSP", "Org2MSP", "Org4MSP"]);
    const channels = [{ name: channelName, genesisBlock, sequence, members }];
    const [view] = companies.published("org1", { channels }).channels;
    const founderView = { sequence: view!.sequence, members: view!.members };
    const told = { ...corp.inputs, founderView };
    const changes = channel.diff({ oldInputs: corp.inputs, oldState: corp.state, newInputs: told, now: new Date() });
    assert.deepEqual(changes, [{ path: "left", kind: "update", isOutput: true }]);
    const words = new RegExp(`channel trade: Org3MSP left it, by config ${sequence} at the latest\\. Peers keep`);
    assert.match((await companies.previewOf(corp, { founderView })).warn.join(), words);
    const left = await companies.up(corp, { founderView });
    assert.match(left.warnings, words);
    assert.equal(left.stack.state.left, sequence);
    const again = { oldInputs: told, oldState: left.stack.state, newInputs: told, now: new Date() };
    assert.deepEqual(channel.diff(again), []);
    const { context, messages } = testOperation();
    assert.deepEqual(await channel.read({ id: channelName, ...left.stack }, context), left.stack);
    assert.match(messages.warn.join(), words);

    // A document from before counts for nothing, and neither does one that names the company.
    const old = { ...told, founderView: { sequence: 0, members: ["Org1MSP", "Org2MSP"] } };
    assert.deepEqual(channel.diff({ ...again, oldState: corp.state, newInputs: old }), []);
    const member = { ...told, founderView: { sequence: sequence + 1, members: [...members, "Org3MSP"] } };
    assert.deepEqual(channel.diff({ ...again, oldState: corp.state, newInputs: member }), []);
  });

  it("has every acknowledged transaction on the peers of those that stayed", async () => {
    for (const name of ["org1", "org2"]) {
      for (const [key, value] of acknowledged) {
        assert.equal(await query(fabric.organization(name), channelName, "tiny", ["get", key]), value);
      }
    }
  });
});
