/** The policy language against Fabric's own parser, reached through the Signature rules of a configtxgen profile. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { ConfigPolicy } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { decodeConfigBlock } from "../../../ledger/fabric/config-decode";
import { parseSignaturePolicy } from "../../../ledger/fabric/policy";
import { fixtureNetwork, raftChannel, type Network } from "../../unit/ledger/fabric/fixtures";
import { accepted, policyText, refused } from "../../unit/ledger/fabric/policy-vectors";
import { referenceGenesisBlock } from "./reference-tools";

describe("signature policy beside Fabric's parser", function () {
  this.timeout(60_000);
  let network: Network;

  before(async () => {
    network = await fixtureNetwork();
  });

  /** Fabric's own encoding of many policies, in one run. */
  function referencePolicies(texts: string[]): (Uint8Array | undefined)[] {
    const block = referenceGenesisBlock(raftChannel(network), (profile) => {
      const policies = Object.fromEntries(texts.map((rule, index) => [`P${index}`, { Type: "Signature", Rule: rule }]));
      const { Application, ...rest } = profile as { Application: { Policies: object } };
      return { ...rest, Application: { ...Application, Policies: { ...Application.Policies, ...policies } } };
    });
    const application = decodeConfigBlock(block).config.getChannelGroup()?.getGroupsMap().get("Application");
    const policyBytes = (policy: ConfigPolicy | undefined): Uint8Array | undefined =>
      policy?.getPolicy()?.getValue_asU8();
    return texts.map((_, index) => policyBytes(application?.getPoliciesMap().get(`P${index}`)));
  }

  it("has the recorded bytes, which the unit tests go by", () => {
    const texts = Object.keys(accepted);
    const hex = referencePolicies(texts).map((bytes) => Buffer.from(bytes ?? "").toString("hex"));
    assert.deepEqual(hex, Object.values(accepted));
  });

  it("has the same bytes, for any policy", () => {
    fc.assert(
      fc.property(fc.array(policyText, { minLength: 20, maxLength: 30 }), (texts) => {
        const ours = texts.map((text) => parseSignaturePolicy(text).serializeBinary());
        assert.deepEqual(ours, referencePolicies(texts));
      }),
      { numRuns: 6 },
    );
  });

  it("refuses nothing else that Fabric accepts, except for senseless counts", () => {
    const counts = /OutOf\((0|3|1\.5),/;
    for (const [text] of refused.filter(([text]) => !counts.test(text))) {
      assert.throws(() => referencePolicies([text]), /invalid signature policy rule/, text);
    }
  });
});
