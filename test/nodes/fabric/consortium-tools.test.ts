/** Proposals and organisations beside Fabric's own tools: partners without this program use those. */
import assert from "node:assert/strict";
import { stringify } from "yaml";
import type { ChannelConfig } from "../../../ledger/fabric/channel-config";
import { planConfigUpdates } from "../../../ledger/fabric/config-update";
import { organizationJson, readOrganization, type Json } from "../../../ledger/fabric/consortium/organization-json";
import { proposalDigest, proposalEnvelope, readProposalEnvelope } from "../../../ledger/fabric/consortium/proposal";
import { checkConfigSignature } from "../../../ledger/fabric/consortium/signatures";
import { createRevocationList } from "../../../ledger/fabric/revocation-list";
import { serialOf } from "../../../ledger/fabric/serial-number";
import { withDirectory, writeFiles } from "../../support/files";
import { genesisConfig } from "../../unit/ledger/fabric/config-edits";
import { fixtureNetwork, testTime, raftChannel, type Network } from "../../unit/ledger/fabric/fixtures";
import { organizationSections, runTool, signConfigUpdate } from "./reference-tools";

describe("a consortium beside Fabric's tools", function () {
  this.timeout(60_000);
  let network: Network;
  let channel: ChannelConfig;

  before(async () => {
    network = await fixtureNetwork();
    channel = raftChannel(network);
  });

  it("has organisations as configtxgen prints them, with their revocation lists", async () => {
    const { ca, admin } = network.org1;
    const revoked = [{ serial: serialOf(admin.identity.certificate), revokedAt: testTime.toISOString() }];
    const list = await createRevocationList({ ca, number: 1, revoked, now: testTime });
    const [first, ...others] = channel.peerOrganizations;
    const withList = { ...first!, msp: { ...first!.msp, revocationLists: [list] } };
    withDirectory((directory) => {
      const { peers, orderers, files } = organizationSections({ ...channel, peerOrganizations: [withList, ...others] });
      for (const [path, content] of Object.entries(files)) writeFiles(directory, { [path]: content });
      writeFiles(directory, { "configtx.yaml": stringify({ Organizations: [...peers, ...orderers] }) });
      const print = (name: string): Json =>
        JSON.parse(runTool("configtxgen", ["-configPath", directory, "-printOrg", name]).toString()) as Json;

      const orderer = { role: "orderer" as const, ...channel.ordererOrganizations[0]! };
      assert.deepEqual(organizationJson(orderer), print("orderer"));
      assert.equal(JSON.stringify(organizationJson(orderer)), JSON.stringify(print("orderer")));
      const peer = { role: "peer" as const, ...withList };
      assert.deepEqual(organizationJson(peer), print("org1"));
      assert.deepEqual(readOrganization(print("org1"), { name: "org1", role: "peer" }, "org1"), {
        organization: peer,
        problems: [],
      });
    });
  });

  it("takes the signature that `peer channel signconfigtx` puts on a proposal", () => {
    const wished = { ...channel, batch: { ...channel.batch, timeout: "1s" } };
    const { update } = planConfigUpdates("trade", genesisConfig(channel), wished)[0]!;
    const { admin, msp } = network.org2;
    const signed = readProposalEnvelope(signConfigUpdate(proposalEnvelope("trade", update), msp, admin.identity));
    assert.equal(signed.digest, proposalDigest(update));
    assert.equal(signed.signatures.length, 1);
    assert.deepEqual(checkConfigSignature(channel, update, signed.signatures[0]!, testTime), { mspId: "Org2MSP" });
  });
});
