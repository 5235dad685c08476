/**
 * A channel of three companies on real orderers and peers. Each company's resources get its own administrators only, and learn of
 * the others by exchange documents. `acme` runs the orderers and org1, `bell` org2, `corp` org3.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChannelConfig } from "../../../ledger/fabric/channel-config";
import { checkFingerprint, partnerFingerprint } from "../../../ledger/fabric/consortium/fingerprint";
import { blockDataHash, buildGenesisBlock } from "../../../ledger/fabric/genesis";
import { approval } from "../../../provider/fabric/resources/approval";
import { chaincode } from "../../../provider/fabric/resources/chaincode";
import { channel } from "../../../provider/fabric/resources/channel";
import { isSameBlock } from "../../../provider/fabric/work/channel-reader";
import { paths } from "../../../tools/paths";
import { LoopbackFabric } from "../../support/loopback-fabric";
import { testOperation } from "../../support/operation";
import { Companies, type ChannelState, type Stack } from "./companies";

const channelName = "trade";

type ApprovalState = Awaited<ReturnType<typeof approval.create>>["state"];

describe("a consortium on real nodes", function () {
  this.timeout(180_000);
  let directory: string;
  let fabric: LoopbackFabric;
  let companies: Companies;
  let acme: Stack;
  let bell: Stack;
  /** Acme's first proposal. */
  let founding: ChannelState["proposal"];

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "fabric-consortium-"));
    fabric = await LoopbackFabric.create({
      directory,
      binaries: paths.bin,
      orderers: 1,
      organizations: [
        { name: "org1", mspId: "Org1MSP", peers: 1 },
        { name: "org2", mspId: "Org2MSP", peers: 1 },
        { name: "org3", mspId: "Org3MSP", peers: 0 },
      ],
    });
    companies = new Companies(fabric, channelName);
    fabric.start();
  });

  after(async () => {
    await fabric.stop();
    rmSync(directory, { recursive: true });
  });

  function wished(change: (config: ChannelConfig) => ChannelConfig): Partial<Stack["inputs"]> {
    return { config: change(acme.inputs.config) };
  }

  const withTimeout =
    (timeout: string) =>
    (config: ChannelConfig): ChannelConfig => ({ ...config, batch: { ...config.batch, timeout } });

  it("is founded with an organisation that is known by its document alone", async () => {
    const bellDocument = companies.published("org2");
    const own = fabric.channelConfig(channelName, { organizations: ["org1"] });
    const theirs = bellDocument.organizations.flatMap((item) => (item.role === "peer" ? [item] : []));
    acme = await companies.found({
      ...own,
      peerOrganizations: [...own.peerOrganizations, ...theirs.map(({ role: _, ...rest }) => rest)],
    });
  });

  it("is joined by each company's peers, by the block that the founder published", async () => {
    const genesisBlock = Buffer.from(acme.state.genesisBlock, "base64");
    const [founded] = companies.published("org1", {
      channels: [{ name: channelName, genesisBlock, sequence: 0, members: ["Org1MSP", "Org2MSP"] }],
    }).channels;
    assert.ok(founded);
    for (const name of ["org1", "org2"]) {
      await companies.join(name, founded.genesisBlock);
    }
  });

  it("refuses a partner whose document has other authorities than agreed on", () => {
    const agreed = partnerFingerprint(companies.published("org3").organizations);
    assert.deepEqual(checkFingerprint(companies.published("org3").organizations, agreed, "p"), []);
    assert.match(
      checkFingerprint(companies.published("org2").organizations, agreed, "p")[0]!.message,
      /must be the fingerprint/,
    );
  });

  it("gets a member that one company proposes and another one approves, whose signature completes it", async () => {
    const theirs = companies.published("org3").organizations.flatMap((item) => (item.role === "peer" ? [item] : []));
    const { config: founded } = acme.inputs;
    const grown = wished((config) => ({
      ...config,
      peerOrganizations: [...config.peerOrganizations, ...theirs.map(({ role: _, ...rest }) => rest)],
    }));
    assert.deepEqual((await companies.previewOf(acme, grown)).warn, [
      "channel trade, step 1 of 1: add peer organisation org3; /Channel/Application/Admins needs 2 of (Org1MSP, Org2MSP); " +
        "this stack holds Org1MSP",
    ]);
    const proposing = await companies.up(acme, grown);
    acme = proposing.stack;
    founding = acme.state.proposal;
    assert.match(
      proposing.warnings,
      /waits for signatures: \/Channel\/Application\/Admins needs 2 of \(Org1MSP, Org2MSP\); signed by OrdererMSP, Org1MSP\. What it changes: add peer organisation org3; trust identity CA of Org3MSP/,
    );

    const inputs = companies.approvalInputs(companies.proposalOf(acme), "org2", "org2");
    const preview = testOperation();
    await approval.inspect?.(inputs, preview.context);
    assert.match(preview.messages.info.join("\n"), /changes: add peer organisation org3; trust identity CA of Org3MSP/);

    const approved = await approval.create(inputs, testOperation().context);
    assert.equal(approved.state.standing, "inForce");
    assert.deepEqual(approved.state.missing, []);
    assert.equal(approved.state.description[0], "add peer organisation org3");
    // Bell's public part tells of the channel as bell's approval left it.
    assert.equal(approved.state.configSequence, 1);
    assert.deepEqual(approved.state.members, ["Org1MSP", "Org2MSP", "Org3MSP"]);
    // A view of a former chain, or of one that was put back, does not outlive a refresh, also where the proposal is published no more.
    const stale = { ...approved.state, configSequence: 9, members: ["Org1MSP"] };
    for (const envelope of [inputs.envelope, undefined]) {
      const request = { id: inputs.digest, inputs: { ...inputs, envelope }, state: stale };
      assert.deepEqual((await approval.read(request, testOperation().context))?.state, approved.state);
    }
    // Nor does one of a former chain outlive the run that finds another.
    const [former, newest] = [
      { ...inputs, genesisHash: "a".repeat(64) },
      { ...inputs, genesisHash: blockDataHash(acme.state.genesisBlock) },
    ];
    for (const newInputs of [newest, { ...newest, envelope: undefined }]) {
      const request = { id: inputs.digest, inputs: former, state: stale, newInputs };
      assert.deepEqual(await approval.update(request, testOperation().context), approved.state);
    }

    // Whoever submitted it, it is acme's wish: without the wish acme would take it out.
    assert.deepEqual((await companies.previewOf(acme, { config: founded })).warn, [
      "channel trade, step 1 of 1: remove peer organisation org3; /Channel/Application/Admins needs 2 of (Org1MSP, Org2MSP, " +
        "Org3MSP); this stack holds Org1MSP",
    ]);

    // The proposer sees it with the next run, which changes nothing more.
    const after = await companies.up(acme);
    acme = after.stack;
    assert.equal(acme.state.proposal, undefined);
    assert.equal(acme.state.configSequence, 1);
    assert.deepEqual(acme.state.changedElsewhere, []);
    assert.deepEqual((await approval.create(inputs, testOperation().context)).state.standing, "inForce");
  });

  it("keeps an approval whose proposal is published no more, and refuses a new one", async () => {
    const inputs = companies.approvalInputs(
      companies.proposalOf({ ...acme, state: { ...acme.state, proposal: founding } }),
      "org2",
      "org2",
    );
    const newInputs = { ...inputs, envelope: undefined };
    assert.deepEqual(approval.validate?.(newInputs, inputs), []);
    assert.match(
      approval.validate?.(newInputs, undefined)[0]?.message ?? "",
      /must be the digest of a proposal that a/,
    );
    const state: ApprovalState = { standing: "open", description: [], missing: [], signatures: [] };
    const { context, messages } = testOperation();
    const updated = await approval.update({ id: inputs.digest, inputs, newInputs, state }, context);
    assert.equal(updated.standing, "inForce");
    assert.match(messages.info.join(), /is published no more \(in force\); its approval can be removed/);
  });

  it("refuses an approval whose digest is not that of the bytes", () => {
    const { state } = acme;
    const document = companies.proposalOf({ ...acme, state: { ...state, proposal: founding } });
    const inputs = { ...companies.approvalInputs(document, "org2", "org2"), digest: `sha256:${"0".repeat(64)}` };
    assert.deepEqual(
      approval.validate?.(inputs, undefined).map(({ path, message }) => `${path}: ${message}`),
      [
        `digest: given "${inputs.digest} of trade"; must be ${founding?.digest} of trade, because the bytes given say so`,
      ],
    );
  });

  it("takes a change that a company without orderers proposes, submitted when its proposer sees the signature", async () => {
    // bell reaches the channel by its own peer; its wish begins with the channel as it is.
    const inputs = {
      ...acme.inputs,
      orderers: [],
      peers: companies.peersOf("org2"),
      administrators: companies.administrators("org2"),
    };
    const { state } = await channel.create(inputs, testOperation().context);
    assert.equal(state.proposal, undefined);
    const [first, founded] = [state, acme.state].map(({ genesisBlock }) => Buffer.from(genesisBlock, "base64"));
    assert.ok(first !== undefined && founded !== undefined && isSameBlock(first, founded));
    bell = { inputs, state };

    // A member whose founder began the channel anew begins with the new chain, too, and has not left it.
    const before = fabric.channelConfig(channelName, { organizations: ["org2"] });
    const former = {
      ...state,
      genesisBlock: Buffer.from(buildGenesisBlock(before)).toString("base64"),
      configSequence: 9,
      members: ["Org1MSP"],
      left: 9,
    };
    const founderView = {
      sequence: 1,
      members: ["Org1MSP", "Org2MSP", "Org3MSP"],
      genesisHash: blockDataHash(acme.state.genesisBlock),
    };
    const following = await companies.up({ inputs, state: former }, { founderView });
    assert.deepEqual(following.stack.state, state);
    assert.equal(following.warnings, "");

    bell = (await companies.up(bell, { config: withTimeout("100ms")(bell.inputs.config) })).stack;
    assert.deepEqual(bell.state.proposal?.description, ["batch timeout 200ms -> 100ms"]);
    assert.deepEqual(bell.state.proposal?.missing, ["/Channel/Orderer/Admins needs OrdererMSP"]);

    // Only org1 approves at first, which is not enough for the ordering service.
    const partial = await approval.create(
      companies.approvalInputs(companies.proposalOf(bell), "org1", "org1"),
      testOperation().context,
    );
    assert.equal(partial.state.standing, "open");

    // A company with orderers only sees the same by its orderers.
    const orderers = fabric.orderers.map(({ address }) => address);
    const byOrderers = { ...companies.approvalInputs(companies.proposalOf(bell), "org1", "org1"), peers: [], orderers };
    assert.deepEqual(approval.validate?.(byOrderers, undefined), []);
    const { context, messages } = testOperation();
    await approval.inspect?.({ ...byOrderers, administrators: companies.administrators("orderer") }, context);
    assert.match(messages.info.join(), /changes: batch timeout 200ms -> 100ms/);

    // A signature made elsewhere completes it: bell submits, through its peer.
    const { digest, envelope } = bell.state.proposal;
    const signed = companies.signWithFabricsProgram(Buffer.from(envelope, "base64"), "orderer");
    assert.equal(signed.digest, digest);
    const signatures = signed.signatures.map((signature) => ({
      digest,
      mspId: "OrdererMSP",
      signature: Buffer.from(signature.serializeBinary()).toString("base64"),
    }));
    assert.match(
      (await companies.previewOf(bell)).warn.join(),
      /step 1 of 1: batch .*; this stack holds none of them$/,
    );
    assert.deepEqual((await companies.previewOf(bell, { signatures })).info, [
      "channel trade, step 1 of 1: batch timeout 200ms -> 100ms; this stack's signatures with those of OrdererMSP are enough",
    ]);
    const submitted = await companies.up(bell, { signatures });
    bell = submitted.stack;
    assert.equal(bell.state.proposal, undefined);
    assert.equal(bell.state.configSequence, 2);

    // Acme sees the change as another's, and does not take it back.
    acme = (await companies.up(acme)).stack;
    assert.deepEqual(acme.state.changedElsewhere, ["batch timeout 200ms -> 100ms"]);
  });

  it("renews a proposal that another change overtook, and refuses to sign the old one", async () => {
    bell = (await companies.up(bell, { config: withTimeout("300ms")(bell.inputs.config) })).stack;
    const overtaken = companies.approvalInputs(companies.proposalOf(bell), "org1", "orderer", "org1");
    const former = bell.state.proposal?.digest;
    acme = (await companies.up(acme, wished(withTimeout("100ms")))).stack;
    const { stack } = await companies.up(acme, wished(withTimeout("400ms")));
    acme = stack;
    assert.equal(acme.state.proposal, undefined);

    await assert.rejects(approval.create(overtaken, testOperation().context), {
      message:
        /is stale: .*value \/Channel\/Orderer\/BatchTimeout has version 2, and the update needs 1; approve the proposer's renewed/,
    });
    await assert.rejects(companies.up(bell), {
      message: /config\.batch\.timeout: must be "400ms", not "300ms", because/,
    });

    // Another wish is a new proposal, on the channel as it is now.
    const read = await channel.read(
      { id: channelName, inputs: bell.inputs, state: bell.state },
      testOperation().context,
    );
    assert.ok(read);
    const renewed = await companies.up(
      { inputs: bell.inputs, state: read.state },
      {
        config: {
          ...withTimeout("400ms")(bell.inputs.config),
          batch: { ...bell.inputs.config.batch, timeout: "400ms", maxMessageCount: 9 },
        },
      },
    );
    bell = renewed.stack;
    assert.match(renewed.warnings, new RegExp(`proposal ${former} is stale`));
    assert.notEqual(bell.state.proposal?.digest, former);

    const approvedByAcme = companies.approvalInputs(companies.proposalOf(bell), "org1", "orderer", "org1");
    const state: ApprovalState = (await approval.create(approvedByAcme, testOperation().context)).state;
    assert.equal(state.standing, "inForce");
    bell = (await companies.up(bell)).stack;
    assert.equal(bell.state.proposal, undefined);
  });

  describe("with a chaincode that each company approves", () => {
    const server = "localhost:1";

    type Inputs = Parameters<typeof chaincode.create>[0];

    function inputsFor(name: string, version: string, more: Partial<Inputs> = {}): Inputs {
      const built = fabric.chaincodePackage(`asset_${version}`, server);
      return {
        channelId: channelName,
        name: "asset",
        version,
        initRequired: false,
        organizations: [fabric.chaincodeOrganization(name, built)],
        ...more,
      };
    }

    type Deployed = Awaited<ReturnType<typeof chaincode.create>>["state"];
    let first: Deployed;

    it("shows those that have not approved, and does not fail", async () => {
      const { context, messages } = testOperation();
      first = (await chaincode.create(inputsFor("org1", "1.0"), context)).state;
      assert.deepEqual(first, {
        channelId: channelName,
        name: "asset",
        sequence: 0,
        waitingFor: ["Org2MSP", "Org3MSP"],
      });
      assert.match(
        messages.warn.join(),
        /chaincode asset of channel trade, version 1\.0, sequence 1 waits for approvals: Org2MSP, Org3MSP; approved by Org1MSP/,
      );
      const changes = chaincode.diff({
        oldInputs: inputsFor("org1", "1.0"),
        oldState: first,
        newInputs: inputsFor("org1", "1.0"),
        now: new Date(),
      });
      assert.deepEqual(
        changes.map(({ path }) => path),
        ["waitingFor"],
      );
    });

    it("is committed by the one that completes the majority, and the others see it", async () => {
      const { state } = await chaincode.create(inputsFor("org2", "1.0"), testOperation().context);
      assert.deepEqual(state, { channelId: channelName, name: "asset", sequence: 1 });
      const inputs = inputsFor("org1", "1.0");
      const update = { id: "trade/asset", inputs, state: first, newInputs: inputs };
      assert.deepEqual(await chaincode.update(update, testOperation().context), state);
    });

    it("is refused when companies approved different definitions, with field, companies and values", async () => {
      const upgraded = await chaincode.create(inputsFor("org1", "2.0"), testOperation().context);
      assert.deepEqual(upgraded.state.waitingFor, ["Org2MSP", "Org3MSP"]);
      // Peers tell fields and companies alone, acme's document the value.
      const { chaincodes } = companies.published("org1", {
        chaincodes: [
          {
            channel: channelName,
            mspId: "Org1MSP",
            name: "asset",
            version: "2.0",
            sequence: 2,
            endorsementPolicy: "/Channel/Application/Endorsement",
            initRequired: false,
            collections: [],
          },
        ],
      });
      const collection = { name: "secret", policy: "OR('Org2MSP.member')", requiredPeerCount: 0, maxPeerCount: 1 };
      const other = inputsFor("org2", "3.0", { collections: [collection], partnerDefinitions: chaincodes });
      const different =
        /version 3\.0, sequence 2: companies approved different definitions: version is 2\.0 at Org1MSP and 3\.0 here; collections\[secret\] is missing at Org1MSP and \(OR\('Org2MSP\.member'\), peers 0 to 1,.*\) here\. Agree/;
      const { context, messages } = testOperation();
      await chaincode.inspect?.(other, context);
      assert.match(messages.warn.join(), different);
      await assert.rejects(chaincode.create(other, testOperation().context), { message: different });
      await assert.rejects(chaincode.create(inputsFor("org2", "3.0"), testOperation().context), {
        message:
          /different definitions: version or initRequired is another one at Org1MSP, whose public part does not say which, and 3\.0, initRequired false, here\. Agree/,
      });
      const agreed = await chaincode.create(inputsFor("org2", "2.0"), testOperation().context);
      assert.equal(agreed.state.sequence, 2);
    });
  });
});
