import assert from "node:assert/strict";
import { membersToApprove, othersToEndorse } from "../../../provider/fabric/work/endorsing-members";

/** Members in the order in which a peer names them, and whether each approved. */
function readiness(...members: [mspId: string, approved: boolean][]) {
  return members.map(([mspId, approved]) => ({ mspId, approved, mismatches: [] }));
}

describe("members that endorse a chaincode definition", () => {
  const five = readiness(["A", true], ["B", true], ["C", false], ["D", true], ["E", true]);

  it("are this stack's and as many others as make a majority, of those that approved", () => {
    assert.deepEqual(othersToEndorse(five, ["B"], 0), ["B", "A", "D"]);
    assert.deepEqual(othersToEndorse(five, ["A", "B"], 0), ["A", "B", "D"]);
  });

  it("are other companies at each try, so that one whose peers are silent does not hold up the commit", () => {
    const tries = [0, 1, 2, 3].map((each) => othersToEndorse(five, ["B"], each));
    assert.deepEqual(tries, [
      ["B", "A", "D"],
      ["B", "D", "E"],
      ["B", "E", "A"],
      ["B", "A", "D"],
    ]);
  });

  it("are asked by no gateway where this stack's are a majority", () => {
    assert.equal(othersToEndorse(readiness(["A", true], ["B", true], ["C", true]), ["A", "C"], 0), undefined);
  });

  it("have to approve while those that did are no majority", () => {
    assert.deepEqual(membersToApprove(five), []);
    assert.deepEqual(membersToApprove(readiness(["A", true], ["B", false])), ["B"]);
  });
});
