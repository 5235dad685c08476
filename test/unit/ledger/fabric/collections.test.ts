/** Private data collections: never dropped, compared as peers compare them, refused where Fabric would refuse them. */
import assert from "node:assert/strict";
import { CollectionConfigPackage } from "@hyperledger/fabric-protos/lib/peer/collection_pb";
import { CommitChaincodeDefinitionArgs } from "@hyperledger/fabric-protos/lib/peer/lifecycle/lifecycle_pb";
import {
  collectionsInForce,
  isSameCollections,
  mergeCollections,
  validateCollections,
  type Collection,
} from "../../../../ledger/fabric/collections";
import { commitChaincodeCall } from "../../../../ledger/fabric/lifecycle";

const deals: Collection = {
  name: "deals",
  policy: "OR('Org1MSP.member','Org2MSP.member')",
  requiredPeerCount: 1,
  maxPeerCount: 3,
  blockToLive: 100,
  memberOnlyRead: true,
};
const prices: Collection = { ...deals, name: "prices", endorsementPolicy: "/Channel/Application/Endorsement" };

function names(merged: CollectionConfigPackage | undefined): (string | undefined)[] | undefined {
  return merged?.getConfigList().map((item) => item.getStaticCollectionConfig()?.getName());
}

describe("private data collections", () => {
  const committed = mergeCollections(undefined, [deals, prices]);

  it("are none where neither the ledger nor the wish has any", () => {
    assert.equal(mergeCollections(undefined, []), undefined);
    assert.equal(mergeCollections(new CollectionConfigPackage()), undefined);
  });

  it("are carried on byte by byte when the wish names none, or some, or spells a policy otherwise", () => {
    const spelled = { ...deals, policy: "OR( 'Org1MSP.member' , 'Org2MSP.member' )", memberOnlyWrite: false };
    for (const wished of [undefined, [], [prices], [prices, spelled]]) {
      assert.ok(isSameCollections(mergeCollections(committed, wished), committed));
    }
  });

  it("change in their place, and new ones come last", () => {
    const merged = mergeCollections(committed, [
      { ...prices, name: "extra" },
      { ...deals, maxPeerCount: 5 },
    ]);
    assert.deepEqual(names(merged), ["deals", "prices", "extra"]);
    assert.equal(merged?.getConfigList()[0]?.getStaticCollectionConfig()?.getMaximumPeerCount(), 5);
    assert.ok(!isSameCollections(merged, committed));
    assert.deepEqual(collectionsInForce(committed, [{ ...deals, maxPeerCount: 5 }, prices]), [prices]);
  });

  it("are part of the approval and the commit", () => {
    const call = commitChaincodeCall({ name: "asset", version: "2", sequence: 2, collections: committed });
    const [args] = call.args;
    const sent = CommitChaincodeDefinitionArgs.deserializeBinary(args as Uint8Array).getCollections();
    assert.ok(isSameCollections(sent, committed));
  });

  it("are refused with every fault that Fabric would find in the middle of a deployment", () => {
    const wrong: Collection[] = [
      deals,
      { ...deals, policy: "AND('Org1MSP.member','Org2MSP.member')" },
      { ...deals, name: "_x", policy: "nonsense", requiredPeerCount: 4 },
    ];
    assert.deepEqual(
      validateCollections(wrong, "collections").map(({ path }) => path),
      [
        "collections[1]",
        "collections[1].policy",
        "collections[2].name",
        "collections[2].policy",
        "collections[2].maxPeerCount",
      ],
    );
    assert.deepEqual(validateCollections([deals, prices], "collections"), []);
  });
});
