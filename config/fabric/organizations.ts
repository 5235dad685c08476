/** Organisations of a Fabric network, with orderers or with peers, and the validity of their certificates. */
import type { z } from "zod";
import { problem, type Problem } from "../../lib/problem";
import { choice, dnsLabel, dnsName, list, map, text, wholeNumber } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { duplicates, entriesOf, error, repeated, type Named, type Rule } from "../kit/rule";
import type { OwnNamespace } from "../shared/namespaces";
import { exposure } from "./exposure";
import { restore } from "./restore";
import { userProblems, users } from "./users";

/** Default MSP id, `Org1MSP` for `org1`: the form of Fabric's own samples. */
function defaultMspId(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}MSP`;
}

const shared = {
  name: dnsLabel(30).describe("Name of the organisation; its namespace is `<network>-<name>`."),
  mspId: text(
    /^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/,
    'an MSP id of letters, digits, dots and hyphens, at most 63 characters, for example "Org1MSP"',
  )
    .optional()
    .describe("MSP id. Default: the name with a capital letter and `MSP`, for example `Org1MSP`."),
  domain: dnsName()
    .optional()
    .describe(
      "Public DNS domain. Nodes and gateway get `<node>.<domain>` and `gateway.<domain>` in their TLS certificates; you create the DNS records. Default: none.",
    ),
  exposure: exposure.describe("Way in from outside of the cluster. Default: `type: none`."),
};

const orderer = map({
  ...shared,
  orderers: wholeNumber(1, 31).default(3).describe("Number of orderers."),
  ...users,
});

const peer = map({
  ...shared,
  peers: wholeNumber(1, 50).default(2).describe("Number of peers."),
  stateDatabase: choice(["goleveldb", "couchdb"])
    .default("goleveldb")
    .describe(
      "State database. CouchDB allows rich queries, and runs beside each peer. All organisations of a channel should use the same.",
    ),
  restore,
  ...users,
});

export const organizations = {
  orderer: list(orderer, { of: "orderer organisations" })
    .prefault([{ name: "orderer" }])
    .describe(
      "Organisations that run orderers. Default: one, `orderer`, with three. None (`[]`) where partners order every channel.",
    ),
  peer: list(peer, { of: "peer organisations" }).describe(
    "Organisations that run peers. None (`[]`) where partners run those of every channel.",
  ),
};

export const certificates = map({
  caValidityDays: wholeNumber(30, 36500)
    .default(5475)
    .describe("Validity of the organisations' root certificates in days."),
  validityDays: wholeNumber(2, 3650).default(365).describe("Validity of node and user certificates in days."),
  renewBeforeDays: wholeNumber(1, 3649)
    .default(30)
    .describe("Days before the end of its validity from which `pulumi up` renews a certificate, with the same key."),
})
  .prefault({})
  .describe("Validity and renewal of certificates.");

type Orderer = z.infer<typeof orderer> & { mspId: string };
type Peer = z.infer<typeof peer> & { mspId: string };

/** Values that the rules about organisations read. */
export interface LooseOrganizations {
  ordererOrganizations?: (Loose<Orderer> | undefined)[] | undefined;
  peerOrganizations?: (Loose<Peer> | undefined)[] | undefined;
  certificates?: Loose<z.infer<typeof certificates>> | undefined;
}

/** Fills in the MSP id. */
export function resolveOrganization<T extends { name?: string | undefined; mspId?: string | undefined }>(
  organization: T,
): T & { mspId: string | undefined } {
  const { name, mspId } = organization;
  return { ...organization, mspId: mspId ?? (name === undefined ? undefined : defaultMspId(name)) };
}

const base = "network.fabric";
const ordererPath = `${base}.ordererOrganizations`;
const peerPath = `${base}.peerOrganizations`;

export function peerOrganizationsOf({ peerOrganizations }: LooseOrganizations) {
  return entriesOf(peerOrganizations, peerPath);
}

export function organizationsOf(fabric: LooseOrganizations) {
  return [
    ...entriesOf<Loose<Orderer> | Loose<Peer>>(fabric.ordererOrganizations, ordererPath),
    ...peerOrganizationsOf(fabric),
  ];
}

/** Names of the peer organisations, each once. */
export function memberNames({ peerOrganizations }: LooseOrganizations): (string | undefined)[] {
  return [...new Set((peerOrganizations ?? []).map((organization) => organization?.name))];
}

/** Names of the orderer organisations, each once. */
export function ordererNames({ ordererOrganizations }: LooseOrganizations): (string | undefined)[] {
  return [...new Set((ordererOrganizations ?? []).map((organization) => organization?.name))];
}

/** Orderers of these organisations (default: all); undefined if an organisation's number is unknown. */
export function ordererCount(
  { ordererOrganizations = [] }: LooseOrganizations,
  names?: readonly (string | undefined)[],
): number | undefined {
  const counts = ordererOrganizations
    .filter((organization) => names?.includes(organization?.name) ?? true)
    .map((organization) => organization?.orderers);
  return counts.some((count) => count === undefined) ? undefined : counts.reduce<number>((sum, n) => sum + (n ?? 0), 0);
}

/** Problems of a list of organisations: unknown ones and repeated ones. */
export function membersKnown(
  names: readonly (string | undefined)[] | undefined,
  known: readonly (string | undefined)[],
  what: string,
  path: string,
): Problem[] {
  const there = known.filter((name) => name !== undefined);
  const unknown = entriesOf(names, path).filter(({ item }) => !there.includes(item));
  const right = `one of ${what}: ${[...new Set(there)].join(", ") || "(there are none)"}`;
  return [
    ...unknown.map(({ item, path: at }) => problem({ path: at, given: item, must: `be ${right}` })),
    ...repeated("an organisation", names, path),
  ];
}

/** MSP ids, except those that repeat only because they follow from a repeated name. */
function mspIdEntries(fabric: LooseOrganizations): Named[] {
  const organizations = organizationsOf(fabric);
  const names = organizations.map(({ item }) => item.name);
  return organizations
    .filter(({ item: { name, mspId } }, at) => names.indexOf(name) === at || mspId !== defaultMspId(name ?? ""))
    .map(({ item, path }) => ({ value: item.mspId, path: `${path}.mspId` }));
}

function uniqueOrganizations(fabric: LooseOrganizations): Problem[] {
  return [
    ...duplicates(
      "a name",
      organizationsOf(fabric).map(({ item, path }) => ({ value: item.name, path: `${path}.name` })),
    ),
    ...duplicates("an MSP id", mspIdEntries(fabric)),
  ];
}

/** Public names of nodes and gateways follow from the domain, and each leads to one address. */
function uniqueDomains({ ordererOrganizations, peerOrganizations }: LooseOrganizations): Problem[] {
  const sections = [
    entriesOf(ordererOrganizations, ordererPath),
    entriesOf<{ domain?: string | undefined }>(peerOrganizations, peerPath),
  ];
  return sections.flatMap((entries) =>
    duplicates(
      "a domain",
      entries.map(({ item, path }) => ({ value: item.domain, path: `${path}.domain` })),
    ),
  );
}

function usersRight(fabric: LooseOrganizations): Problem[] {
  const days = fabric.certificates?.renewBeforeDays;
  return [
    ...entriesOf(fabric.ordererOrganizations, ordererPath).flatMap(({ item, path }) =>
      userProblems(item, path, ["admin"], days),
    ),
    ...peerOrganizationsOf(fabric).flatMap(({ item, path }) => userProblems(item, path, ["admin", "client"], days)),
  ];
}

function renewalPossible({ certificates: life }: LooseOrganizations): Problem[] {
  const { validityDays, renewBeforeDays, caValidityDays } = life ?? {};
  const path = `${base}.certificates`;
  const problems: Problem[] = [];
  if (validityDays !== undefined && renewBeforeDays !== undefined && renewBeforeDays >= validityDays) {
    const must = `be less than validityDays (${validityDays})`;
    problems.push(problem({ path: `${path}.renewBeforeDays`, given: renewBeforeDays, must }));
  }
  // A CA is renewed when it has less than a certificate's validity left; the rest of its validity is the time between
  // renewals.
  if (validityDays !== undefined && caValidityDays !== undefined && validityDays > caValidityDays / 2) {
    const must = `be half of caValidityDays (${caValidityDays}) or less`;
    const because = "a certificate ends with its CA, and each renewal of a CA changes every channel";
    problems.push(problem({ path: `${path}.validityDays`, given: validityDays, must, because }));
  }
  return problems;
}

/** Namespace of an organisation. */
export function namespaceName(network: string, organization: string): string {
  return `${network}-${organization}`;
}

/** Namespaces of the network `network`. */
export function namespacesOf(network: string, fabric: LooseOrganizations): OwnNamespace[] {
  return organizationsOf(fabric).flatMap(({ item: { name }, path }) =>
    name === undefined ? [] : [{ namespace: namespaceName(network, name), given: name, path: `${path}.name` }],
  );
}

/** Namespaces of the network `network` are DNS labels, 63 characters at most. */
export function namespacesFit(network: string): Rule<LooseOrganizations> {
  return error((fabric) =>
    namespacesOf(network, fabric).flatMap(({ namespace, given, path }) =>
      namespace.length > 63
        ? [
            problem({
              path,
              given,
              must: `be ${namespace.length - 63} characters shorter`,
              because: `it makes the namespace "${namespace}" of ${namespace.length}, and 63 is the most`,
            }),
          ]
        : [],
    ),
  );
}

export const organizationRules: readonly Rule<LooseOrganizations>[] = [
  error(uniqueOrganizations),
  error(uniqueDomains),
  error(renewalPossible),
  error(usersRight),
];
