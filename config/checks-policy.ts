/** Endorsement policies must parse and name organisations of their channel. */
import { parseApplicationPolicy, readRolePrincipal } from "../ledger/fabric/policy";
import { entriesOf, fabricCheck, type Check, type LooseFabric } from "./check";
import { defaultMspId } from "./fabric-organization";
import { show, type Problem } from "../ledger/problem";
import { given } from "./problem";

function mspIds(fabric: LooseFabric, members: readonly string[]): string[] {
  return entriesOf(fabric.peerOrganizations).flatMap(({ item }) =>
    item.name === undefined || !members.includes(item.name) ? [] : [item.mspId ?? defaultMspId(item.name)],
  );
}

function policyProblems(
  policy: string,
  fabric: LooseFabric,
  members: readonly string[] | undefined,
  path: string,
): Problem[] {
  if (policy.startsWith("/")) {
    if (members === undefined) return [];
    const choices = channelPolicies(members);
    return choices.includes(policy) ? [] : [{ path, message: given(policy, `one of ${choices.join(", ")}`) }];
  }
  const named = namedMspIds(policy);
  if (named instanceof Error) {
    return [{ path, message: `given ${show(policy)}; ${named.message}` }];
  }
  if (members === undefined) return [];
  const known = mspIds(fabric, members);
  return named
    .filter((mspId) => !known.includes(mspId))
    .map((mspId) => ({
      path,
      message: `given ${show(policy)}, which names ${show(mspId)}; must name MSP ids of the channel: ${[...new Set(known)].join(", ")}`,
    }));
}

/** Policies that channels are made with (`ledger/fabric/channel-group.ts`), as far as a chaincode can name them. */
function channelPolicies(members: readonly string[]): string[] {
  const shared = ["/Channel", "/Channel/Application", "/Channel/Orderer"];
  const organizations = members.map((name) => `/Channel/Application/${name}`);
  const endorsing = ["/Channel/Application", ...organizations].map((group) => `${group}/Endorsement`);
  const common = [...shared, ...organizations].flatMap((group) =>
    ["Readers", "Writers", "Admins"].map((policy) => `${group}/${policy}`),
  );
  return [...endorsing, "/Channel/Application/LifecycleEndorsement", ...common];
}

/**
 * Members of a channel; undefined when the stack file is wrong about who they are, so that one mistake there is not
 * reported a second time in every policy.
 */
function membersOf(fabric: LooseFabric, named: readonly (string | undefined)[] | undefined): string[] | undefined {
  const everybody = fabric.peerOrganizations?.map((organization) => organization?.name);
  const members = named ?? everybody ?? [];
  const isSound = members.length > 0 && members.every((name) => name !== undefined && everybody?.includes(name));
  return isSound ? (members as string[]) : undefined;
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
    const members = membersOf(fabric, channel.organizations);
    return entriesOf(channel.chaincodes).flatMap(({ item, index: at }) =>
      item.endorsementPolicy === undefined
        ? []
        : policyProblems(
            item.endorsementPolicy,
            fabric,
            members,
            `network.fabric.channels[${index}].chaincodes[${at}].endorsementPolicy`,
          ),
    );
  }),
);
