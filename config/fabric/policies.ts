/** Endorsement policies must be valid, and name organisations of their channel. */
import { parseApplicationPolicy, readRolePrincipal } from "../../ledger/fabric/policy";
import { parsePolicyExpression, type PolicyExpression } from "../../ledger/fabric/policy-expression";
import { problem, show, type Problem } from "../../lib/problem";
import { entriesOf, error, warning, type Rule } from "../kit/rule";
import { chaincodesOf, type LooseChaincodes } from "./chaincodes";
import { memberNames, peerOrganizationsOf, type LooseOrganizations } from "./organizations";

type LoosePolicies = LooseOrganizations & LooseChaincodes;

function endorsementPolicies(fabric: LoosePolicies): Problem[] {
  return chaincodesOf(fabric).flatMap(({ chaincode, channel, path: at }) => {
    const members = isShared(channel) ? undefined : membersOf(fabric, channel.organizations);
    const ofCollections = entriesOf(chaincode.collections, `${at}.collections`);
    return [
      { policy: chaincode.endorsementPolicy, path: `${at}.endorsementPolicy` },
      ...ofCollections.map(({ item, path }) => ({ policy: item.endorsementPolicy, path: `${path}.endorsementPolicy` })),
      // A collection's member policy is never a channel's policy; the check of the collection covers its form.
      ...ofCollections.flatMap(({ item: { policy }, path }) =>
        policy === undefined || namedMspIds(policy) instanceof Error ? [] : [{ policy, path: `${path}.policy` }],
      ),
    ].flatMap(({ policy, path }) => (policy === undefined ? [] : policyProblems(policy, fabric, members, path)));
  });
}

/** Whether partners are members, or may be: their MSP ids are not in the stack file. */
function isShared({ founder, partnerOrganizations = [] }: LooseShared): boolean {
  return founder !== undefined || partnerOrganizations.length > 0;
}

interface LooseShared {
  founder?: string | undefined;
  partnerOrganizations?: readonly unknown[] | undefined;
}

/**
 * Members of a channel; undefined when the stack file has a mistake there, so that not every policy reports it again.
 */
function membersOf(fabric: LoosePolicies, named: readonly (string | undefined)[] = []): string[] | undefined {
  const everybody = memberNames(fabric);
  const members = named.filter((name) => name !== undefined && everybody.includes(name)) as string[];
  return members.length > 0 && members.length === named.length ? members : undefined;
}

function policyProblems(
  policy: string,
  fabric: LoosePolicies,
  members: readonly string[] | undefined,
  path: string,
): Problem[] {
  if (policy.startsWith("/")) {
    if (members === undefined) return [];
    const choices = channelPolicies(members);
    return choices.includes(policy) ? [] : [problem({ path, given: policy, must: `be one of ${choices.join(", ")}` })];
  }
  const named = namedMspIds(policy);
  if (named instanceof Error) {
    return [problem({ path, given: policy, must: "be a signature policy", because: named.message })];
  }
  if (members === undefined) return [];
  const known = peerOrganizationsOf(fabric).flatMap(({ item: { name, mspId } }) =>
    name === undefined || mspId === undefined || !members.includes(name) ? [] : [mspId],
  );
  return named
    .filter((mspId) => !known.includes(mspId))
    .map((mspId) => {
      const must = `name MSP ids of the channel: ${[...new Set(known)].join(", ")}`;
      return problem({ path, given: policy, must, because: `${show(mspId)} is none of them` });
    });
}

/** Policies of new channels (`ledger/fabric/channel-group.ts`) that a chaincode can refer to. */
function channelPolicies(members: readonly string[]): string[] {
  const shared = ["/Channel", "/Channel/Application", "/Channel/Orderer"];
  const organizations = members.map((name) => `/Channel/Application/${name}`);
  const endorsing = ["/Channel/Application", ...organizations].map((group) => `${group}/Endorsement`);
  const common = [...shared, ...organizations].flatMap((group) =>
    ["Readers", "Writers", "Admins"].map((policy) => `${group}/${policy}`),
  );
  return [...endorsing, "/Channel/Application/LifecycleEndorsement", ...common];
}

/** MSP ids in a signature policy, none in a reference to a channel policy, or the error of an invalid text. */
function namedMspIds(policy: string): string[] | Error {
  try {
    const principals = parseApplicationPolicy(policy).getSignaturePolicy()?.getIdentitiesList() ?? [];
    return [...new Set(principals.flatMap((principal) => readRolePrincipal(principal)?.mspId ?? []))];
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** By default more than half of a channel's members commit a definition and endorse a transaction. */
function runByFew(fabric: LoosePolicies): Problem[] {
  return chaincodesOf(fabric).flatMap(({ chaincode: { organizations = [] }, channel, path }) => {
    const members = channel.organizations ?? [];
    if (isShared(channel) || organizations.length * 2 > members.length) return [];
    return [
      problem({
        path: `${path}.organizations`,
        given: organizations,
        should: `be more than half of the channel's ${members.length} organisations`,
        because: "only those approve the definition, and a majority has to",
      }),
    ];
  });
}

/**
 * A signature policy that the organisations with the chaincode cannot satisfy: the definition is committed, and no
 * transaction ever is.
 */
function endorsedByFew(fabric: LoosePolicies): Problem[] {
  return chaincodesOf(fabric).flatMap(
    ({ chaincode: { endorsementPolicy: policy, organizations = [] }, channel, path }) => {
      if (isShared(channel) || policy === undefined) return [];
      if (policy.startsWith("/") || namedMspIds(policy) instanceof Error) return [];
      const mspIds = peerOrganizationsOf(fabric).flatMap(({ item: { name, mspId } }) =>
        name === undefined || mspId === undefined || !organizations.includes(name) ? [] : [mspId],
      );
      if (isSatisfied(parsePolicyExpression(policy), mspIds)) return [];
      const should = "be one that organisations with the chaincode can satisfy";
      const because = `only ${mspIds.join(", ")} can endorse, and no transaction would be valid`;
      const hint = "Name the others under organizations";
      return [problem({ path: `${path}.endorsementPolicy`, given: policy, should, because, hint })];
    },
  );
}

function isSatisfied(rule: PolicyExpression, mspIds: readonly string[]): boolean {
  if (rule.kind === "principal") return mspIds.includes(rule.mspId);
  return rule.rules.filter((each) => isSatisfied(each, mspIds)).length >= rule.n;
}

export const policyRules: readonly Rule<LoosePolicies>[] = [
  error(endorsementPolicies),
  warning(runByFew),
  warning(endorsedByFew),
];
