/** The policy language. test/nodes/fabric/policy.test.ts asks Fabric's own parser. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ApplicationPolicy } from "@hyperledger/fabric-protos/lib/common/policies_pb";
import {
  formatApplicationPolicy,
  formatImplicitMetaPolicy,
  formatSignaturePolicy,
  normalizeApplicationPolicy,
  parseApplicationPolicy,
  parseImplicitMetaPolicy,
  parseSignaturePolicy,
} from "../../../../ledger/fabric/policy";
import { PolicySyntaxError } from "../../../../ledger/fabric/policy-expression";
import { validateSignaturePolicy } from "../../../../ledger/fabric/validate";
import { accepted, policyText, refused } from "./policy-vectors";
import { said } from "../../../support/problems";

describe("signature policy", () => {
  it("has the bytes Fabric's parser gives: peers compare definitions byte by byte", () => {
    for (const [text, hex] of Object.entries(accepted)) {
      assert.equal(Buffer.from(parseSignaturePolicy(text).serializeBinary()).toString("hex"), hex, text);
    }
  });

  for (const [text, position, words] of refused) {
    it(`refuses ${JSON.stringify(text)} at the place of the mistake`, () => {
      assert.throws(
        () => parseSignaturePolicy(text),
        (error: unknown) => {
          assert.ok(error instanceof PolicySyntaxError);
          assert.equal(error.position, position);
          assert.match(error.message, words);
          return true;
        },
      );
    });
  }

  it("refuses a text nested without end in words, since a stack overflow has none", () => {
    const text = `${"OR(".repeat(5000)}'A.peer'${")".repeat(5000)}`;
    assert.throws(() => parseSignaturePolicy(text), /nested deeper than 100 levels/);
  });

  it("prints a text that parses to the same bytes", () => {
    fc.assert(
      fc.property(policyText, (text) => {
        const policy = parseSignaturePolicy(text);
        const printed = parseSignaturePolicy(formatSignaturePolicy(policy));
        assert.deepEqual(printed.serializeBinary(), policy.serializeBinary());
      }),
    );
  });

  it("is a Problem with the path of the input when a config carries it", () => {
    assert.deepEqual(said(validateSignaturePolicy("OR('A')", "chaincodes[0].endorsementPolicy")), [
      {
        path: "chaincodes[0].endorsementPolicy",
        message:
          "given \"OR('A')\"; must be a signature policy, because character 4: 'A' is not '<MSP id>.<role>' with role member, admin, client, peer or orderer",
      },
    ]);
    assert.deepEqual(validateSignaturePolicy("OR('A.peer')", "x"), []);
  });
});

describe("endorsement policy of a chaincode", () => {
  it("is a reference when it starts with a slash, and a signature policy otherwise", () => {
    const reference = parseApplicationPolicy("/Channel/Application/Endorsement");
    assert.equal(reference.getChannelConfigPolicyReference(), "/Channel/Application/Endorsement");
    assert.equal(formatApplicationPolicy(reference), "/Channel/Application/Endorsement");
    const signature = parseApplicationPolicy("OR('A.peer', 'B.peer')");
    assert.equal(signature.getTypeCase(), ApplicationPolicy.TypeCase.SIGNATURE_POLICY);
  });

  it("has one spelling for texts that mean the same, so that blanks and quotes are no new definition", () => {
    const spellings = ["and( 'A.peer',\"B.peer\" )", "AND('A.peer','B.peer')", "OutOf(2,'A.peer','B.peer')"];
    for (const text of spellings) {
      assert.equal(normalizeApplicationPolicy(text), "AND('A.peer', 'B.peer')");
    }
  });
});

describe("implicit meta policy", () => {
  it("reads and prints Fabric's three rules", () => {
    for (const text of ["ANY Readers", "ALL Writers", "MAJORITY Endorsement"]) {
      assert.equal(formatImplicitMetaPolicy(parseImplicitMetaPolicy(text)), text);
    }
  });

  it("refuses any other text with the three that are allowed", () => {
    for (const text of ["MOST Admins", "ANY", "ANY Readers Writers", "any Readers"]) {
      assert.throws(() => parseImplicitMetaPolicy(text), {
        message: `policy ${JSON.stringify(text)} is not "ANY <name>", "ALL <name>" or "MAJORITY <name>"`,
      });
    }
  });
});
