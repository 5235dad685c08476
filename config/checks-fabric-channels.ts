/** Rules of a Fabric network about its channels. */
import { parseDuration } from "../ledger/fabric/duration";
import type { Problem } from "../ledger/problem";
import { duplicates, fabricCheck, type Check } from "./check";
import { membersKnown } from "./checks-fabric-members";
import { channelsOf, namesOf, ordererCount, organizationsOf } from "./fabric-section";
import { given } from "./problem";
import { parseQuantity } from "./quantity";

/** In nanoseconds. */
const hour = 3_600_000_000_000n;

const uniqueChannels = fabricCheck((fabric) =>
  duplicates(
    "a channel name",
    channelsOf(fabric).map(({ channel, path }) => ({ value: channel.name, path: `${path}.name` })),
  ),
);

const channelMembersKnown = fabricCheck((fabric) => {
  const known = namesOf(organizationsOf(fabric, "peerOrganizations"));
  return channelsOf(fabric).flatMap(({ channel, path }) =>
    membersKnown(channel.organizations, known, "the peer organisations", `${path}.organizations`),
  );
});

const consensusPossible = fabricCheck((fabric) => {
  const orderers = ordererCount(fabric);
  const major = Number(fabric.version?.split(".")[0]);
  return channelsOf(fabric).flatMap(({ channel, path: at }) => {
    if (channel.consensus !== "BFT") return [];
    const path = `${at}.consensus`;
    const tooFew = orderers !== undefined && orderers < 4;
    return [
      ...(tooFew
        ? [
            {
              path,
              message: `given "BFT" with ${orderers} orderers; must be etcdraft, or raise \`orderers\` to 4 or more`,
            },
          ]
        : []),
      ...(major < 3
        ? [
            {
              path,
              message: `given "BFT" with Fabric ${fabric.version}; must be etcdraft, or \`version\` 3.0.0 or later (capability V3_0)`,
            },
          ]
        : []),
    ];
  });
});

const batchPossible = fabricCheck((fabric) =>
  channelsOf(fabric).flatMap(({ channel: { batch }, path: at }) => {
    const absolute = parseQuantity(batch?.absoluteMaxBytes ?? "");
    const preferred = parseQuantity(batch?.preferredMaxBytes ?? "");
    const path = `${at}.batch`;
    const problems: Problem[] = [];
    const timeout = batch?.timeout;
    if (timeout !== undefined && (parseDuration(timeout) ?? Infinity) > hour) {
      problems.push({
        path: `${path}.timeout`,
        message: given(timeout, "1h or less, since transactions wait that long"),
      });
    }
    // Blocks travel in one gRPC message between orderers; Fabric's own limit there is 100 MB, its documentation asks for 49 MB at most.
    if (absolute !== undefined && absolute > 49 * 2 ** 20) {
      problems.push({
        path: `${path}.absoluteMaxBytes`,
        message: given(batch?.absoluteMaxBytes, "49Mi or less, since a block travels in one message"),
      });
    }
    if (absolute !== undefined && preferred !== undefined && preferred > absolute) {
      problems.push({
        path: `${path}.preferredMaxBytes`,
        message: given(batch?.preferredMaxBytes, `${batch?.absoluteMaxBytes} (absoluteMaxBytes) or less`),
      });
    }
    return problems;
  }),
);

export const channelChecks: readonly Check[] = [uniqueChannels, channelMembersKnown, consensusPossible, batchPossible];
