/** The policy language against Fabric's own parser, reached through the Signature rules of a configtxgen profile. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { ConfigPolicy } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { ApplicationPolicy } from "@hyperledger/fabric-protos/lib/common/policies_pb";
import { decodeConfigBlock } from "../../../../ledger/fabric/config-decode";
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
import { fixtureNetwork, raftChannel, type Network } from "./fixtures";
import { referenceGenesisBlock } from "./reference-tools";

const ACCEPTED = [
  "AND('Org1MSP.peer','Org2MSP.peer')",
  "OR('Org1MSP.member')",
  "or('Org1MSP.admin', and('Org2MSP.client', 'Org3MSP.orderer'))",
  "And(Or('A.peer', 'B.peer'), Or('A.peer', 'C.peer'))",
  "OutOf(2, 'A.peer', 'B.peer', 'C.peer')",
  "outof(1, OUTOF(2, 'A.member', 'A.member'), 'with.dots-and-9.peer')",
  "OR(\"Org1MSP.peer\", 'Org2MSP.peer')",
  "  OR (\t'A.peer' ,\n 'B.peer' )  ",
  "AND('peer.admin.peer', 'A.member')",
];

/** Text -> position and words of the error. */
const REFUSED: [string, number, RegExp][] = [
  ["", 1, /found the end; a policy starts with AND, OR or OutOf/],
  ["'Org1MSP.peer'", 1, /found "Org1MSP.peer"; a policy starts with AND, OR or OutOf/],
  ["NOT('A.peer')", 1, /"NOT" is unknown; expected AND, OR or OutOf/],
  ["aNd('A.peer')", 1, /"aNd" is unknown/],
  ["OR(A.peer)", 4, /"A.peer" is unknown; expected AND, OR or OutOf; a principal stands in quotes: 'A.peer'/],
  ["OR('A.boss')", 4, /'A.boss' is not '<MSP id>.<role>' with role member, admin, client, peer or orderer/],
  ["OR('A')", 4, /'A' is not '<MSP id>.<role>'/],
  ["OR('A_B.peer')", 4, /'A_B.peer' is not '<MSP id>.<role>'/],
  ["OR('A.peer'", 12, /found the end; expected , or \)/],
  ["OR('A.peer' 'B.peer')", 13, /found "B.peer"; expected , or \)/],
  ["OR('A.peer',)", 13, /found "\)"; expected AND, OR or OutOf, or '<MSP id>.<role>'/],
  ["OR()", 4, /found "\)"; expected AND, OR or OutOf/],
  ["OR", 3, /found the end; expected \(/],
  ["OR('A.peer') OR('B.peer')", 14, /found "OR"; the policy ended before it/],
  ["OR('A.peer", 4, /the quote ' is never closed/],
  ["OutOf('A.peer', 'B.peer')", 7, /found "A.peer"; OutOf starts with a number/],
  ["OutOf(3, 'A.peer', 'B.peer')", 7, /OutOf wants 3 of 2; expected 1 to 2/],
  ["OutOf(0, 'A.peer')", 7, /OutOf wants 0 of 1; expected 1 to 1/],
  ["OutOf(1.5, 'A.peer', 'B.peer')", 7, /OutOf wants 1.5 of 2; expected 1 to 2/],
  ["OR('A.peer') & 1", 14, /"&" has no meaning here/],
];

const mspId = fc.constantFrom("A", "Org1MSP", "b.c", "d-9");
const role = fc.constantFrom("member", "admin", "client", "peer", "orderer");
const principal = fc.tuple(mspId, role).map(([id, name]) => `'${id}.${name}'`);
const policyText = fc.letrec<{ gate: string; rule: string }>((tie) => ({
  gate: fc
    .tuple(fc.constantFrom("AND", "OR", "OutOf"), fc.array(tie("rule"), { minLength: 1, maxLength: 4 }), fc.nat(100))
    .map(
      ([gate, rules, n]) => `${gate}(${(gate === "OutOf" ? [1 + (n % rules.length), ...rules] : rules).join(", ")})`,
    ),
  rule: fc.oneof({ maxDepth: 3, withCrossShrink: true }, principal, tie("gate")),
})).gate;

describe("signature policy", function () {
  this.timeout(60_000);
  let network: Network;

  before(async () => {
    network = await fixtureNetwork();
  });

  /** What Fabric makes of many policies in one run. */
  function referencePolicies(texts: string[]): (Uint8Array | undefined)[] {
    const block = referenceGenesisBlock(raftChannel(network), (profile) => {
      const policies = Object.fromEntries(texts.map((Rule, index) => [`P${index}`, { Type: "Signature", Rule }]));
      const { Application, ...rest } = profile as { Application: { Policies: object } };
      return { ...rest, Application: { ...Application, Policies: { ...Application.Policies, ...policies } } };
    });
    const application = decodeConfigBlock(block).config.getChannelGroup()?.getGroupsMap().get("Application");
    const policyBytes = (policy: ConfigPolicy | undefined): Uint8Array | undefined =>
      policy?.getPolicy()?.getValue_asU8();
    return texts.map((_, index) => policyBytes(application?.getPoliciesMap().get(`P${index}`)));
  }

  it("has the bytes Fabric's parser gives: peers compare definitions byte by byte", () => {
    const ours = ACCEPTED.map((text) => parseSignaturePolicy(text).serializeBinary());
    assert.deepEqual(ours, referencePolicies(ACCEPTED));
  });

  it("has the bytes Fabric's parser gives, for any policy", () => {
    fc.assert(
      fc.property(fc.array(policyText, { minLength: 20, maxLength: 30 }), (texts) => {
        const ours = texts.map((text) => parseSignaturePolicy(text).serializeBinary());
        assert.deepEqual(ours, referencePolicies(texts));
      }),
      { numRuns: 6 },
    );
  });

  for (const [text, position, words] of REFUSED) {
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

  it("refuses nothing else that Fabric takes, but for counts that nobody means", () => {
    const counts = /OutOf\((0|3|1\.5),/;
    for (const [text] of REFUSED.filter(([text]) => !counts.test(text))) {
      assert.throws(() => referencePolicies([text]), /invalid signature policy rule/, text);
    }
  });

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
    assert.deepEqual(validateSignaturePolicy("OR('A')", "chaincodes[0].endorsementPolicy"), [
      {
        path: "chaincodes[0].endorsementPolicy",
        message:
          "policy \"OR('A')\", character 4: 'A' is not '<MSP id>.<role>' with role member, admin, client, peer or orderer",
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
