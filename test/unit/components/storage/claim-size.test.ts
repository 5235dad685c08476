import assert from "node:assert/strict";
import { claimSize } from "../../../../components/storage/specs/claim-size";

describe("claimSize", () => {
  it("raises a claim to the smallest volume that there is, and changes no other", () => {
    assert.equal(claimSize("1Gi", "20Gi"), "20Gi");
    assert.equal(claimSize("99Gi", "100Gi"), "100Gi");
    assert.equal(claimSize("1000Gi", "1Ti"), "1Ti");
    assert.equal(claimSize("20Gi", "20Gi"), "20Gi");
    assert.equal(claimSize("2Ti", "1Ti"), "2Ti");
    assert.equal(claimSize("1Gi", undefined), "1Gi");
  });
});
