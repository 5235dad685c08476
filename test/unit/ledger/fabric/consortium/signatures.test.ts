/** Signatures of other parties, valid and invalid ones. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { ConfigSignature } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import type { ChannelConfig } from "../../../../../ledger/fabric/channel-config";
import { signConfigUpdate } from "../../../../../ledger/fabric/config-update";
import {
  checkConfigSignature,
  missingSigners,
  type SignatureVerdict,
} from "../../../../../ledger/fabric/consortium/signatures";
import { createSigner } from "../../../../../ledger/fabric/sign";
import {
  createAuthority,
  createMember,
  fixtureNetwork,
  testTime,
  raftChannel,
  type Member,
  type Network,
} from "../fixtures";

const updateBytes = Buffer.from("update");
const dayMs = 86_400_000;

describe("a signature over a config update", () => {
  let network: Network;
  let channel: ChannelConfig;

  before(async () => {
    network = await fixtureNetwork();
    channel = raftChannel(network);
  });

  function sign(mspId: string, { identity }: Member, bytes: Uint8Array = updateBytes): ConfigSignature {
    const creator = { mspId, certificate: identity.certificate };
    return signConfigUpdate({ creator, sign: createSigner(identity.privateKey), nonce: randomBytes(24) }, bytes);
  }

  function check(signature: ConfigSignature, members = channel, now = testTime): SignatureVerdict {
    return checkConfigSignature(members, updateBytes, signature, now);
  }

  it("counts as its organisation's when an administrator made it over these bytes", () => {
    assert.deepEqual(check(sign("Org1MSP", network.org1.admin)), { mspId: "Org1MSP" });
    assert.deepEqual(check(sign("OrdererMSP", network.orderer.admin)), { mspId: "OrdererMSP" });
  });

  it("does not count by an intermediate authority that no root of the organisation issued", async () => {
    const { org1 } = network;
    const stranger = await createAuthority("ica.org1", "org1");
    const place = { tlsCa: org1.tlsCa, organization: "org1", name: "a", nodeOu: "admin" } as const;
    const member = await createMember({ ca: stranger, ...place });
    const peerOrganizations = channel.peerOrganizations.map((organization) => ({
      ...organization,
      msp: { ...organization.msp, intermediateCaCertificates: [stranger.certificate] },
    }));
    assert.deepEqual(check(sign("Org1MSP", member), { ...channel, peerOrganizations }), {
      problem: "the signer of Org1MSP has a certificate of another authority",
    });
  });

  it("does not count over other bytes, which an approval of one proposal must never serve", () => {
    assert.deepEqual(check(sign("Org1MSP", network.org1.admin, Buffer.from("another update"))), {
      problem: "the signature of Org1MSP is over other bytes",
    });
  });

  it("does not count for another organisation, a stranger, a peer, or after the certificate's end", () => {
    const { org1, org2, org3 } = network;
    assert.deepEqual(check(sign("Org2MSP", org1.admin)), {
      problem: "the signer of Org2MSP has a certificate of another authority",
    });
    assert.deepEqual(check(sign("Org3MSP", org3.admin)), { problem: "Org3MSP is no member of the channel" });
    assert.deepEqual(check(sign("Org2MSP", org2.nodes[0]!)), { problem: "the signer of Org2MSP is no administrator" });
    assert.deepEqual(check(sign("Org1MSP", org1.admin), channel, new Date(testTime.getTime() + 400 * dayMs)), {
      problem: "the signer of Org1MSP has a certificate that is not valid now",
    });
  });

  it("does not count when it is no signature", () => {
    const damaged = sign("Org1MSP", network.org1.admin);
    damaged.setSignatureHeader(Buffer.from([0xff, 0xff]));
    assert.deepEqual(check(damaged), { problem: "it cannot be read as a signature with a certificate" });
  });

  it("leaves what the policy still needs", () => {
    const rule = { n: 2, of: [{ mspId: "Org1MSP" }, { mspId: "Org2MSP" }] };
    const required = [{ policy: "/Channel/Application/Admins", rule }];
    assert.deepEqual(missingSigners(required, ["Org1MSP"]), [
      "/Channel/Application/Admins needs 2 of (Org1MSP, Org2MSP)",
    ]);
    assert.deepEqual(missingSigners(required, ["Org2MSP", "Org1MSP"]), []);
  });
});
