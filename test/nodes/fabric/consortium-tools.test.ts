/** Proposals and organisations beside Fabric's own tools: partners without this program use those. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { ChannelConfig } from "../../../ledger/fabric/channel-config";
import { planConfigUpdates } from "../../../ledger/fabric/config-update";
import { organizationJson, readOrganization, type Json } from "../../../ledger/fabric/consortium/organization-json";
import { proposalDigest, proposalEnvelope, readProposalEnvelope } from "../../../ledger/fabric/consortium/proposal";
import { checkConfigSignature } from "../../../ledger/fabric/consortium/signatures";
import { createRevocationList } from "../../../ledger/fabric/revocation-list";
import { serialOf } from "../../../ledger/fabric/serial-number";
import { localMsp } from "../../../ledger/fabric/msp";
import { withDirectory, writeFiles } from "../../support/files";
import { genesisConfig } from "../../unit/ledger/fabric/config-edits";
import { fixtureNetwork, testTime, raftChannel, type Network } from "../../unit/ledger/fabric/fixtures";
import { organizationSections, runTool } from "./reference-tools";

/** The least that `peer` starts with. */
const peerSettings = stringify({ peer: { BCCSP: { Default: "SW", SW: { Hash: "SHA2", Security: 256 } } } });

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
    const signed = withDirectory((directory) => {
      writeFiles(join(directory, "msp"), localMsp({ msp, ...admin.identity }));
      writeFiles(directory, { "update.pb": proposalEnvelope("trade", update), "core.yaml": peerSettings });
      runTool("peer", ["channel", "signconfigtx", "-f", join(directory, "update.pb")], {
        env: {
          FABRIC_CFG_PATH: directory,
          CORE_PEER_LOCALMSPID: msp.mspId,
          CORE_PEER_MSPCONFIGPATH: join(directory, "msp"),
        },
      });
      return readProposalEnvelope(readFileSync(join(directory, "update.pb")));
    });
    assert.equal(signed.digest, proposalDigest(update));
    assert.equal(signed.signatures.length, 1);
    assert.deepEqual(checkConfigSignature(channel, update, signed.signatures[0]!, testTime), { mspId: "Org2MSP" });
  });
});
