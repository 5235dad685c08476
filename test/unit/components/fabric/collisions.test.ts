/** Organisations of two companies that one channel cannot tell apart. */
import assert from "node:assert/strict";
import { collisions, type OwnOrganization } from "../../../../components/fabric/specs/collisions";
import type { PublicPart } from "../../../../components/fabric/specs/public-part";
import type { ChannelEntry } from "../../../../config";
import { fixtureNetwork, peerOrganization } from "../../ledger/fabric/fixtures";

describe("organisations of two companies in one channel", () => {
  let acme: PublicPart;
  const path = "network.fabric.peerOrganizations[0]";
  const bell: OwnOrganization = { role: "peer", name: "bell", mspId: "BellMSP", endpoints: [], path };

  before(async () => {
    const { org3 } = await fixtureNetwork();
    const organizations = [{ role: "peer" as const, ...peerOrganization(org3) }];
    acme = { partner: "acme", organizations, channels: [], proposals: [], signatures: [], chaincodes: [] };
  });

  /** Paths and values that are refused in a channel of bell and these organisations of acme. */
  function refused(own: Partial<OwnOrganization>, partnerOrganizations = ["org3"]): unknown[] {
    const channel = {
      name: "trade",
      organizations: ["bell", "org3"],
      ordererOrganizations: [],
      partnerOrganizations,
      partnerOrdererOrganizations: [],
    };
    const found = collisions([{ ...bell, ...own }], [channel as unknown as ChannelEntry], acme, "acme");
    return found.map(({ path: at, given }) => [at, given]);
  }

  it("have names, MSP ids and addresses of their own, and every fault is told at once", () => {
    assert.deepEqual(refused({}), []);
    const endpoints = [{ host: "peer0.org3.example", port: 7051 }];
    assert.deepEqual(refused({ name: "org3", mspId: "Org3MSP", endpoints }), [
      [`${path}.name`, "org3"],
      [`${path}.mspId`, "Org3MSP"],
      [`${path}.domain`, "peer0.org3.example:7051"],
    ]);
  });

  it("may be alike where the other one is in no channel with them, or has another role", () => {
    assert.deepEqual(refused({ mspId: "Org3MSP" }, []), []);
    assert.deepEqual(refused({ name: "org3", role: "orderer" }), []);
  });
});
