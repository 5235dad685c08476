/** Which differences of a channel's inputs mean work on it. */
import { isDeepStrictEqual } from "node:util";
import type { ChannelConfig } from "../../../ledger/fabric/channel-config";
import { keepEquivalentCertificates, normalizeChannelConfig } from "../../../ledger/fabric/config-decode";
import { differences, type PropertyChange } from "../../framework/property-changes";
import { isKnown, Unknown, type Loose } from "../../framework/property-value";
import type { OrdererAddress } from "../sdk";

/** Changes of the config. Another name is another channel. */
export function configChanges(before: ChannelConfig, after: Loose<ChannelConfig>): PropertyChange[] {
  if (isKnown<ChannelConfig>(after) && before.channelId === after.channelId) {
    const wished = keepEquivalentCertificates(after, before);
    if (isDeepStrictEqual(normalizeChannelConfig(before), normalizeChannelConfig(wished))) return [];
  }
  const changes = differences(before, after, "config");
  return changes.map((change) => (change.path === "config.channelId" ? { ...change, replaces: true } : change));
}

/** Changes of the orderers. An orderer with an unknown name may be any, so the whole list counts as changed. */
export function ordererChanges(
  before: OrdererAddress[],
  after: Loose<OrdererAddress[]>,
  path: string,
): PropertyChange[] {
  const wished = Array.isArray(after) ? after.map(nameOf) : [undefined];
  if (!wished.every((name) => name !== undefined)) return [{ path, kind: "update" }];
  const former = before.map(({ name }) => name);
  return [
    ...wished.flatMap((name, index): PropertyChange[] =>
      former.includes(name) ? [] : [{ path: `${path}[${index}]`, kind: "add" }],
    ),
    ...former.flatMap((name, index): PropertyChange[] =>
      wished.includes(name) ? [] : [{ path: `${path}[${index}]`, kind: "delete" }],
    ),
  ];
}

/** Approvals that a stack has no more. One with an unknown digest may be any. */
export function forgottenApprovals(
  before: readonly string[] = [],
  after: Loose<string[] | undefined> = [],
): PropertyChange[] {
  if (!isKnown<string[]>(after)) return [];
  return before.flatMap((digest, index): PropertyChange[] =>
    after.includes(digest) ? [] : [{ path: `approved[${index}]`, kind: "delete" }],
  );
}

function nameOf(orderer: Loose<OrdererAddress>): string | undefined {
  return orderer instanceof Unknown || !isKnown<string>(orderer.name) ? undefined : orderer.name;
}
