/** Rules of a Fabric network about its organisations and what they run. */
import { show } from "../ledger/problem";
import { duplicates, entriesOf, fabricCheck, type Check, type Named } from "./check";
import { namespaceName } from "./fabric-names";
import { defaultMspId } from "./fabric-organization";
import { allOrganizations, base, type Organization } from "./fabric-section";
import { given } from "./problem";

/** MSP ids, without those that only repeat because they follow from a repeated name. */
function mspIdEntries(organizations: readonly Organization[]): Named[] {
  const names = organizations.map(({ name }) => name);
  return organizations
    .filter(({ name, mspId }, at) => names.indexOf(name) === at || mspId !== defaultMspId(name ?? ""))
    .map(({ mspId, path }) => ({ value: mspId, path: `${path}.mspId` }));
}

const uniqueOrganizations = fabricCheck((fabric) => {
  const organizations = allOrganizations(fabric);
  return [
    ...duplicates(
      "a name",
      organizations.map(({ name, path }) => ({ value: name, path: `${path}.name` })),
    ),
    ...duplicates("an MSP id", mspIdEntries(organizations)),
  ];
});

/** Names of nodes and of the gateway follow from it, and each leads to one address. */
const uniqueDomains = fabricCheck((fabric) =>
  (["ordererOrganizations", "peerOrganizations"] as const).flatMap((key) =>
    duplicates(
      "a domain",
      entriesOf<{ domain?: string }>(fabric[key]).map(({ item, index }) => ({
        value: item.domain,
        path: `${base}.${key}[${index}].domain`,
      })),
    ),
  ),
);

/** 2.5 is the first release with everything used here: channel participation, gateway with the V2_5 application capability. */
const versionSupported = fabricCheck((fabric) => {
  const [major = NaN, minor = NaN] = (fabric.version ?? "").split(".").map(Number);
  return major < 2 || (major === 2 && minor < 5)
    ? [{ path: `${base}.version`, message: given(fabric.version, "2.5.0 or later") }]
    : major > 3
      ? [
          {
            path: `${base}.version`,
            message: given(fabric.version, "a release of Fabric 2.5 or 3, which are known here"),
          },
        ]
      : [];
});

const renewalPossible = fabricCheck(({ certificates }) => {
  const life = certificates?.validityDays;
  const early = certificates?.renewBeforeDays;
  const root = certificates?.caValidityDays;
  const path = `${base}.certificates`;
  return [
    ...(life !== undefined && early !== undefined && early >= life
      ? [{ path: `${path}.renewBeforeDays`, message: given(early, `less than validityDays (${life})`) }]
      : []),
    ...(life !== undefined && root !== undefined && life >= root
      ? [
          {
            path: `${path}.validityDays`,
            message: given(life, `less than caValidityDays (${root}), since a certificate ends with its CA`),
          },
        ]
      : []),
  ];
});

/** Namespaces are DNS labels, 63 characters at most. */
const namespacesFit = fabricCheck((fabric, config) => {
  const network = config.network?.name;
  if (network === undefined) return [];
  return allOrganizations(fabric).flatMap(({ name, path }) => {
    const namespace = namespaceName(network, name ?? "");
    return namespace.length > 63
      ? [
          {
            path: `${path}.name`,
            message: `given ${show(name)}, which makes the namespace "${namespace}" of ${namespace.length} characters; must be shorter: 63 at most`,
          },
        ]
      : [];
  });
});

export const organizationChecks: readonly Check[] = [
  uniqueOrganizations,
  uniqueDomains,
  versionSupported,
  renewalPossible,
  namespacesFit,
];
