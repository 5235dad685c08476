/** Different chaincode definitions in words. */
import assert from "node:assert/strict";
import { describeDifference } from "../../../../../ledger/fabric/consortium/definition-differences";

describe("a difference between chaincode definitions", () => {
  const secret = { name: "secret", policy: "OR('Org1MSP.member')", requiredPeerCount: 0, maxPeerCount: 1 };
  const ours = {
    version: "3.0",
    endorsementPolicy: "OR('Org1MSP.peer','Org2MSP.peer')",
    initRequired: false,
    collections: [secret],
  };

  it("has field, company and both values", () => {
    const theirs = { ...ours, version: "2.0", initRequired: true, endorsementPolicy: "AND('Org1MSP.peer')" };
    assert.equal(
      describeDifference("EndorsementInfo", "Org1MSP", theirs, ours),
      "version is 2.0 at Org1MSP and 3.0 here; initRequired is true at Org1MSP and false here",
    );
    assert.equal(
      describeDifference("ValidationInfo", "Org1MSP", theirs, ours),
      "endorsementPolicy is AND('Org1MSP.peer') at Org1MSP and OR('Org1MSP.peer', 'Org2MSP.peer') here",
    );
  });

  it("names each collection that differs, and no other", () => {
    const theirs = {
      ...ours,
      collections: [
        { ...secret, blockToLive: 0 },
        { ...secret, name: "extra", blockToLive: 9 },
      ],
    };
    assert.equal(
      describeDifference("Collections", "Org1MSP", theirs, ours),
      "collections[extra] is (OR('Org1MSP.member'), peers 0 to 1, blockToLive 9, memberOnlyRead false, memberOnlyWrite false) " +
        "at Org1MSP and missing here",
    );
  });

  it("says that the other value is unknown where the company did not tell it, or told an old one", () => {
    const unknown = "whose public part does not say which, and";
    for (const theirs of [undefined, ours]) {
      assert.equal(
        describeDifference("Collections", "Org1MSP", theirs, ours),
        `collections is another one at Org1MSP, ${unknown} secret here`,
      );
    }
    assert.equal(
      describeDifference("EndorsementInfo", "Org1MSP", undefined, ours),
      `version or initRequired is another one at Org1MSP, ${unknown} 3.0, initRequired false, here`,
    );
  });

  it("prints no character that could move the cursor", () => {
    const theirs = { ...ours, version: "2\u001b[2J" };
    assert.match(describeDifference("EndorsementInfo", "Org1MSP", theirs, ours), /version is 2\\u\{1b\}\[2J at/);
  });
});
