/** Endorsement policies must parse and name organisations of their channel. */
import { parseApplicationPolicy, readRolePrincipal } from "../../ledger/fabric/policy";
import { entriesOf, fabricCheck, type Check, type LooseFabric } from "./check";
import { defaultMspId } from "./fabric-organization";
import { type Problem, show } from "../../ledger/problem";

function mspIds(fabric: LooseFabric, members: readonly (string | undefined)[] | undefined): string[] {
  return entriesOf(fabric.peerOrganizations).flatMap(({ item }) => {
    if (item.name === undefined || (members !== undefined && !members.includes(item.name))) return [];
    return [item.mspId ?? defaultMspId(item.name)];
  });
}

function policyProblems(policy: string, known: readonly string[], path: string): Problem[] {
  const named = namedMspIds(policy);
  if (named instanceof Error) {
    return [{ path, message: `given ${show(policy)}; ${named.message}` }];
  }
  return named
    .filter((mspId) => !known.includes(mspId))
    .map((mspId) => ({
      path,
      message: `given ${show(policy)}, which names ${show(mspId)}; must name MSP ids of the channel: ${known.join(", ")}`,
    }));
}

/** MSP ids in a signature policy, none in a reference to a channel policy, or what is wrong with the text. */
function namedMspIds(policy: string): string[] | Error {
  try {
    const principals = parseApplicationPolicy(policy).getSignaturePolicy()?.getIdentitiesList() ?? [];
    return [...new Set(principals.flatMap((principal) => readRolePrincipal(principal)?.mspId ?? []))];
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

export const endorsementPolicies: Check = fabricCheck((fabric) =>
  entriesOf(fabric.channels).flatMap(({ item: channel, index }) => {
    const known = mspIds(fabric, channel.organizations);
    return entriesOf(channel.chaincodes).flatMap(({ item, index: at }) =>
      item.endorsementPolicy === undefined
        ? []
        : policyProblems(
            item.endorsementPolicy,
            known,
            `network.fabric.channels[${index}].chaincodes[${at}].endorsementPolicy`,
          ),
    );
  }),
);
