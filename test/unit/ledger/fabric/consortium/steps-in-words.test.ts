/** Steps of a channel's change in a preview's words. */
import assert from "node:assert/strict";
import { stepInWords } from "../../../../../ledger/fabric/consortium/steps-in-words";

const admins = (policy: string, n: number, ...mspIds: string[]) => ({
  policy,
  rule: { n, of: mspIds.map((mspId) => ({ mspId })) },
});
const members = admins("/Channel/Application/Admins", 2, "Org1MSP", "Org2MSP");

describe("a step of a channel's change in words", () => {
  const step = { description: "add peer organisation org3", requiredSigners: [members], isAfterRestart: false };

  it("needs nobody else where this stack's administrators are enough", () => {
    assert.deepEqual(stepInWords(step, { own: ["OrdererMSP", "Org2MSP", "Org1MSP"], partners: [] }), {
      text: "add peer organisation org3; this stack's signatures are enough",
      waits: false,
    });
  });

  it("names the policy, those who can sign, and those of them that this stack holds", () => {
    assert.deepEqual(stepInWords(step, { own: ["OrdererMSP", "Org1MSP"], partners: [] }), {
      text: "add peer organisation org3; /Channel/Application/Admins needs 2 of (Org1MSP, Org2MSP); this stack holds Org1MSP",
      waits: true,
    });
    const ordering = { ...step, requiredSigners: [admins("/Channel/Orderer/Admins", 1, "OrdererMSP"), members] };
    assert.equal(
      stepInWords(ordering, { own: [], partners: ["Org2MSP"] }).text,
      "add peer organisation org3; /Channel/Orderer/Admins needs OrdererMSP; /Channel/Application/Admins needs 2 of " +
        "(Org1MSP, Org2MSP); this stack holds none of them; signed by Org2MSP",
    );
  });

  it("counts signatures of partners", () => {
    assert.deepEqual(stepInWords(step, { own: ["Org1MSP"], partners: ["Org2MSP", "OrdererMSP"] }), {
      text: "add peer organisation org3; this stack's signatures with those of Org2MSP are enough",
      waits: false,
    });
  });

  it("prints no character of a name that could move the cursor", () => {
    const strange = { ...step, description: "add peer organisation \u001b[2Jorg3" };
    assert.match(stepInWords(strange, { own: [], partners: [] }).text, /^add peer organisation \\u\{1b\}\[2Jorg3;/);
  });
});
