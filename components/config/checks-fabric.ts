/** Rules of a Fabric network that span several values. */
import { parseDuration } from "../../ledger/fabric/duration";
import { validateChaincodeName } from "../../ledger/fabric/validate-names";
import { duplicates, entriesOf, fabricCheck, type Check, type LooseFabric, type Named } from "./check";
import { chaincodeServiceName, chaincodeVariables, namespaceName } from "./fabric-names";
import { defaultMspId } from "./fabric-organization";
import { show, type Problem } from "../../ledger/problem";
import { formatPath, given } from "./problem";
import { parseQuantity } from "./quantity";

const base = "network.fabric";
/** In nanoseconds. */
const hour = 3_600_000_000_000n;

interface Organization {
  name: string | undefined;
  mspId: string | undefined;
  path: string;
}

/** MSP ids, without those that only repeat because they follow from a repeated name. */
function mspIdEntries(organizations: readonly Organization[]): Named[] {
  const names = organizations.map(({ name }) => name);
  return organizations
    .filter(({ name, mspId }, at) => names.indexOf(name) === at || mspId !== defaultMspId(name ?? ""))
    .map(({ mspId, path }) => ({ value: mspId, path: `${path}.mspId` }));
}

function organizationsOf(fabric: LooseFabric, key: "ordererOrganizations" | "peerOrganizations"): Organization[] {
  return entriesOf<{ name?: string; mspId?: string }>(fabric[key]).map(({ item, index }) => ({
    name: item.name,
    mspId: item.mspId ?? (item.name === undefined ? undefined : defaultMspId(item.name)),
    path: `${base}.${key}[${index}]`,
  }));
}

function allOrganizations(fabric: LooseFabric): Organization[] {
  return [...organizationsOf(fabric, "ordererOrganizations"), ...organizationsOf(fabric, "peerOrganizations")];
}

function namesOf(organizations: readonly Organization[]): string[] {
  return organizations.flatMap(({ name }) => (name === undefined ? [] : [name]));
}

export function ordererCount(fabric: LooseFabric): number | undefined {
  const counts = (fabric.ordererOrganizations ?? []).map((organization) => organization?.orderers);
  return counts.some((count) => count === undefined) ? undefined : counts.reduce<number>((sum, n) => sum + (n ?? 0), 0);
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

const uniqueChannels = fabricCheck((fabric) =>
  duplicates(
    "a channel name",
    entriesOf(fabric.channels).map(({ item, index }) => ({
      value: item.name,
      path: `${base}.channels[${index}].name`,
    })),
  ),
);

/** Names that Kubernetes objects of chaincodes get, since `A_1` and `a-1` would become the same. */
const uniqueChaincodes = fabricCheck((fabric) =>
  entriesOf(fabric.channels).flatMap(({ item: channel, index }) =>
    duplicates(
      'a chaincode name (upper and lower case, "-" and "_" count as the same)',
      entriesOf(channel.chaincodes).map(({ item, index: at }) => ({
        value: item.name,
        key: item.name?.toLowerCase().replaceAll("_", "-"),
        path: `${base}.channels[${index}].chaincodes[${at}].name`,
      })),
    ),
  ),
);

/** A name that a chaincode of Fabric itself has. Other mistakes in names are found by their shape. */
const chaincodeNamesFree = fabricCheck((fabric) =>
  entriesOf(fabric.channels).flatMap(({ item: channel, index }) =>
    entriesOf(channel.chaincodes).flatMap(({ item, index: at }) =>
      item.name === undefined
        ? []
        : validateChaincodeName(item.name, `${base}.channels[${index}].chaincodes[${at}].name`),
    ),
  ),
);

const chaincodeVariablesFree = fabricCheck((fabric) =>
  entriesOf(fabric.channels).flatMap(({ item: channel, index }) =>
    entriesOf(channel.chaincodes).flatMap(({ item, index: at }) =>
      Object.keys(item.env ?? {}).flatMap((name): Problem[] => {
        const isTaken = (chaincodeVariables as readonly string[]).includes(name);
        if (!isTaken && /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) return [];
        const right = isTaken
          ? "left out: the program tells the chaincode its address, id and certificate"
          : "a name of letters, digits, _, . and - that does not start with a digit";
        const path = formatPath([...`${base}.channels`.split("."), index, "chaincodes", at, "env", name]);
        return [{ path, message: `given ${show(name)}; must be ${right}` }];
      }),
    ),
  ),
);

const channelMembersKnown = fabricCheck((fabric) => {
  const known = namesOf(organizationsOf(fabric, "peerOrganizations"));
  return entriesOf(fabric.channels).flatMap(({ item, index }) =>
    membersKnown(item.organizations, known, "the peer organisations", `${base}.channels[${index}].organizations`),
  );
});

const chaincodeOrganizationsKnown = fabricCheck((fabric) => {
  const everybody = namesOf(organizationsOf(fabric, "peerOrganizations"));
  return entriesOf(fabric.channels).flatMap(({ item: channel, index }) => {
    const members = channel.organizations?.filter((name) => name !== undefined) ?? everybody;
    return entriesOf(channel.chaincodes).flatMap(({ item, index: at }) =>
      membersKnown(
        item.organizations,
        members,
        "the channel's organisations",
        `${base}.channels[${index}].chaincodes[${at}].organizations`,
      ),
    );
  });
});

function membersKnown(
  names: readonly (string | undefined)[] | undefined,
  known: readonly string[],
  what: string,
  path: string,
): Problem[] {
  const entries: Named[] = entriesOf(names).map(({ item, index }) => ({ value: item, path: `${path}[${index}]` }));
  const unknown = entries.flatMap(({ value, path: at }) =>
    value === undefined || known.includes(value)
      ? []
      : [
          {
            path: at,
            message: given(value, `one of ${what}: ${[...new Set(known)].join(", ") || "(there are none)"}`),
          },
        ],
  );
  return [...unknown, ...duplicates("an organisation", entries)];
}

const consensusPossible = fabricCheck((fabric) => {
  const orderers = ordererCount(fabric);
  const major = Number(fabric.version?.split(".")[0]);
  return entriesOf(fabric.channels).flatMap(({ item, index }) => {
    if (item.consensus !== "BFT") return [];
    const path = `${base}.channels[${index}].consensus`;
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

const batchPossible = fabricCheck((fabric) =>
  entriesOf(fabric.channels).flatMap(({ item, index }) => {
    const absolute = parseQuantity(item.batch?.absoluteMaxBytes ?? "");
    const preferred = parseQuantity(item.batch?.preferredMaxBytes ?? "");
    const path = `${base}.channels[${index}].batch`;
    const problems: Problem[] = [];
    const timeout = item.batch?.timeout;
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
        message: given(item.batch?.absoluteMaxBytes, "49Mi or less, since a block travels in one message"),
      });
    }
    if (absolute !== undefined && preferred !== undefined && preferred > absolute) {
      problems.push({
        path: `${path}.preferredMaxBytes`,
        message: given(item.batch?.preferredMaxBytes, `${item.batch?.absoluteMaxBytes} (absoluteMaxBytes) or less`),
      });
    }
    return problems;
  }),
);

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

interface ChaincodeService {
  service: string;
  name: string;
  channel: number;
  path: string;
}

function chaincodeServices(fabric: LooseFabric): ChaincodeService[] {
  return entriesOf(fabric.channels).flatMap(({ item: channel, index }) =>
    entriesOf(channel.chaincodes).flatMap(({ item: { name, version }, index: at }) => {
      if (channel.name === undefined || name === undefined || version === undefined) return [];
      const service = chaincodeServiceName(channel.name, name, version);
      return [{ service, name, channel: index, path: `${base}.channels[${index}].chaincodes[${at}].name` }];
    }),
  );
}

/** So are the Services of chaincodes. Two of one channel differ by name already, two of different channels need not. */
const chaincodeServicesFit = fabricCheck((fabric) => {
  const services = chaincodeServices(fabric);
  return services.flatMap(({ service, name, channel, path }) => {
    const made = `given ${show(name)}, which makes the Service "${service}"`;
    const other = services.find((candidate) => candidate.service === service && candidate.channel < channel);
    return [
      ...(other === undefined ? [] : [{ path, message: `${made}, as ${other.path} does; must be another name` }]),
      ...(service.length > 63
        ? [
            {
              path,
              message: `${made} of ${service.length} characters; must be shorter: 63 at most, with channel and version`,
            },
          ]
        : []),
    ];
  });
});

export const fabricChecks: readonly Check[] = [
  uniqueOrganizations,
  uniqueDomains,
  uniqueChannels,
  uniqueChaincodes,
  chaincodeNamesFree,
  chaincodeVariablesFree,
  channelMembersKnown,
  chaincodeOrganizationsKnown,
  consensusPossible,
  versionSupported,
  batchPossible,
  renewalPossible,
  namespacesFit,
  chaincodeServicesFit,
];
