/** Private data collections of a chaincode. */
import type { z } from "zod";
import { collectionNameForm, type Collection } from "../../ledger/fabric/collections";
import { flag, map, text, wholeNumber } from "../kit/fields";
import type { Loose } from "../kit/json-schema";

export const collection = map({
  name: text(collectionNameForm, "a collection name of letters, digits, - and _ that does not start with _").describe(
    "Name in the chaincode's calls.",
  ),
  policy: text(/\S/, "a signature policy of OR, for example \"OR('Org1MSP.member','Org2MSP.member')\"").describe(
    "Members that store the data: OR of organisations, as in `OR('Org1MSP.member','Org2MSP.member')`.",
  ),
  requiredPeerCount: wholeNumber(0, 1000).describe(
    "Other peers that must receive the data before an endorsement succeeds.",
  ),
  maxPeerCount: wholeNumber(0, 1000).describe("Other peers to which the data is sent; at least `requiredPeerCount`."),
  blockToLive: wholeNumber(0, 4_294_967_295)
    .default(0)
    .describe("Blocks after which the data is purged; 0 keeps it. Fixed by the first commit."),
  memberOnlyRead: flag().default(false).describe("Whether only clients of members may read the data."),
  memberOnlyWrite: flag().default(false).describe("Whether only clients of members may write the data."),
  endorsementPolicy: text(/\S/, "a signature policy or the path of a channel policy")
    .optional()
    .describe(
      "Signature policy or path of a channel policy for keys of the collection. Default: that of the chaincode.",
    ),
});

/** Whether a collection has all keys without a default. */
export function isWhole(entry: Loose<z.infer<typeof collection>> | undefined): entry is Collection {
  const { name, policy, requiredPeerCount, maxPeerCount } = entry ?? {};
  return [name, policy, requiredPeerCount, maxPeerCount].every((field) => field !== undefined);
}
