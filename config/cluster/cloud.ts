/** Common settings of all clouds, whose clusters this program makes. */
import { z } from "zod";
import { problem, type Problem } from "../../lib/problem";
import { choice, cidr, dnsLabel, flag, list, map, text, textMap, wholeNumber } from "../kit/fields";
import { byFirstAddress, isInside, parseCidr } from "../../lib/ipv4";
import { isEverybody, isPrivate } from "../kit/networks";
import type { Loose } from "../kit/json-schema";
import { entriesOf, error, repeated, warning, type Rule } from "../kit/rule";

/** Machines of one pool, over all zones together. */
function nodePool(defaults: { machineType: string; minNodes: number; maxNodes: number }, use: string) {
  return map({
    machineType: text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "a machine type as the vendor names it")
      .default(defaults.machineType)
      .describe(`Machine type. Another one replaces the pool's nodes, so read docs/clouds.md first.`),
    minNodes: wholeNumber(1, 300)
      .default(defaults.minNodes)
      .describe("Minimum number of nodes over all zones; at least one per zone."),
    maxNodes: wholeNumber(1, 1000)
      .default(defaults.maxNodes)
      .describe("Maximum number of nodes over all zones. The autoscaler chooses a number between minimum and maximum."),
    diskSizeGiB: wholeNumber(30, 2000).default(100).describe("Size of each node's own disk, for images and logs."),
  })
    .prefault({})
    .describe(use);
}

/** Two pools: pods of the cluster itself, and pods of the network. */
export function nodePools(machineTypes: { system: string; ledger: string }) {
  return map({
    system: nodePool(
      { machineType: machineTypes.system, minNodes: 3, maxNodes: 6 },
      "Nodes for the cluster's own pods. Their taint `CriticalAddonsOnly` keeps the network's pods away.",
    ),
    ledger: nodePool(
      { machineType: machineTypes.ledger, minNodes: 3, maxNodes: 6 },
      "Nodes for the network's pods, labelled `blockchain-clusters/pool: ledger`.",
    ),
  })
    .prefault({})
    .describe("Node pools.");
}

/** Zones, in the form of a vendor: three at least, so that a majority survives the loss of one. */
export function zones(pattern: RegExp, example: string) {
  const right = `a list of 3 or 4 zones, for example ${example}`;
  return z
    .array(text(pattern, `a zone, for example ${example.split(",")[0]?.replace("[", "")}`), { error: right })
    .min(3, { error: right })
    .max(4, { error: right });
}

/** The private network that the program makes: room for four zones. */
export function ownCidr(fallback: string) {
  const right = 'a private network of /16 to /18, for example "10.64.0.0/16"';
  return text(/^(10|172|192)(\.(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){2}\.0\/1[6-8]$/, right)
    .refine(isPrivate, { error: right, abort: true })
    .refine((given) => byFirstAddress(given) === given, {
      error: ({ input }) => `a network by its first address, ${byFirstAddress(String(input))}`,
    })
    .default(fallback)
    .describe("Addresses of the new network. Fixed for the life of the cluster.");
}

/** A range of addresses inside the cluster. */
export function innerCidr(fallback: string, of: string) {
  return cidr()
    .refine((given) => parseCidr(given) !== undefined, {
      error: 'a network of IPv4 in CIDR form, for example "10.0.0.0/16"',
    })
    .default(fallback)
    .describe(`Addresses of ${of}, in this cluster only. Fixed for its life.`);
}

/** Keys of every cloud. The default of `protect` depends on `environment`, see `protection`. */
export const cloud = {
  name: dnsLabel(30).describe(
    "Name of the cluster, and prefix of its resources' names. The vendor shows it with six digits appended. Another name is another cluster.",
  ),
  environment: choice(["production", "development"])
    .default("production")
    .describe("`development` omits protection, redundant NAT and long retention, which only production needs."),
  protect: flag()
    .optional()
    .describe(
      "Protect cluster, keys and file system, at the vendor and in Pulumi; the network's `protect` follows. Default: true; false in development.",
    ),
  generation: wholeNumber(1, 1_000_000)
    .default(1)
    .describe("Raise by one to replace the cluster and everything in it."),
  kubernetesVersion: text(/^1\.[0-9]{2}$/, 'a minor version of Kubernetes, for example "1.35"')
    .default("1.35")
    .describe("Minor version of Kubernetes, of control plane and nodes. Raise it by one at a time, in quotes."),
  apiAccess: map({
    private: flag()
      .default(false)
      .describe("Whether the API is reachable only from the cluster's network. `pulumi` must then run there, too."),
    authorizedCidrs: list(cidr(), { of: 'networks, for example ["203.0.113.0/24"]' })
      .default([])
      .describe(
        "Networks that may reach the Kubernetes API. Include the network that runs `pulumi`. With `private`, on EKS and GKE: private networks beside the cluster's own.",
      ),
  })
    .prefault({})
    .describe("Access to the Kubernetes API; one of the two keys is required."),
  tags: textMap().default({}).describe("Tags or labels of all resources that can have some."),
};

/** What other sections of the file need of the cluster. */
export interface ClusterNeeds {
  /** Whether to make a file system for storage that many pods share, since the section `storage` needs it. */
  fileSystem: boolean;
}

/** Whether keys and volumes are protected, if the file has no `protect`. */
function protection({ protect, environment }: LooseCloud): boolean {
  return protect ?? environment === "production";
}

/** Values of a cloud's section that follow from others, and from what the other sections need. */
export function derivedOfCloud(cluster: LooseCloud, needs: ClusterNeeds) {
  return { protect: protection(cluster), fileSystem: needs.fileSystem };
}

/** Values that the rules of all clouds read. */
export type LooseCloud = Loose<{
  environment?: string;
  protect?: boolean;
  region?: string;
  zones?: string[];
  kubernetesVersion: string;
  apiAccess: { private: boolean; authorizedCidrs: string[] };
  nodePools: Record<Pool, { minNodes: number; maxNodes: number }>;
  network: Partial<Record<RangeKey, string>> & { existing?: object };
}>;

const pools = ["system", "ledger"] as const;
type Pool = (typeof pools)[number];

/** Address ranges that must not overlap; a vendor has some of them. */
export const rangeKeys = ["cidr", "podCidr", "serviceCidr"] as const;
type RangeKey = (typeof rangeKeys)[number];

const accessPath = "cluster.apiAccess";

/**
 * Problems of the API's access.
 *
 * @param besidePrivate Networks that a private API may admit beside its own.
 */
function apiAccess({ apiAccess: access }: LooseCloud, besidePrivate: "none" | "private"): Problem[] {
  const cidrs = access?.authorizedCidrs;
  // A value of a wrong type has a problem of its own.
  if (access?.private === undefined || cidrs === undefined) return [];
  if (access.private) return besidePrivate === "none" ? noNetworks(cidrs) : privateNetworks(cidrs);
  if (cidrs.length === 0) {
    const must =
      'have `authorizedCidrs`, the networks from which the Kubernetes API answers, for example ["203.0.113.0/24"], or `private: true`';
    return [problem({ path: accessPath, given: undefined, must })];
  }
  const because = "this one is the whole internet, or too much of it";
  return authorized(cidrs).flatMap(({ item, path }) =>
    isEverybody(item) ? [problem({ path, given: item, must: "be a network that you know", because })] : [],
  );
}

function authorized(cidrs: readonly (string | undefined)[]) {
  return entriesOf(cidrs, `${accessPath}.authorizedCidrs`);
}

function noNetworks(cidrs: readonly (string | undefined)[]): Problem[] {
  if (cidrs.length === 0) return [];
  const because = "private is true, and a private API has no public address";
  return [problem({ path: `${accessPath}.authorizedCidrs`, given: cidrs, must: "be left out", because })];
}

function privateNetworks(cidrs: readonly (string | undefined)[]): Problem[] {
  const must = "be a private network of IPv4 (in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10)";
  const because = "private is true, and no other reaches a private API";
  return authorized(cidrs).flatMap(({ item, path }) =>
    isPrivate(item) ? [] : [problem({ path, given: item, must, because })],
  );
}

/** Three copies in one zone are lost with the zone. */
function zonesApart({ zones: list, region }: LooseCloud): Problem[] {
  const path = "cluster.zones";
  const elsewhere = entriesOf(list, path).filter(({ item }) => region !== undefined && !item.startsWith(region));
  return [
    ...repeated("a zone", list, path),
    ...elsewhere.map(({ item, path: at }) =>
      problem({ path: at, given: item, must: `be a zone of the region ${region}` }),
    ),
  ];
}

/** First minor version with the `sleep` by which pods leave their Services before they stop. */
const oldestKubernetes = 30;

function kubernetesVersion({ kubernetesVersion: version }: LooseCloud): Problem[] {
  const minor = Number(/^1\.([0-9]{2})$/.exec(version ?? "")?.[1] ?? oldestKubernetes);
  return minor >= oldestKubernetes
    ? []
    : [problem({ path: "cluster.kubernetesVersion", given: version, must: `be 1.${oldestKubernetes} or later` })];
}

function poolSizes({ zones: list, nodePools: sizes, network }: LooseCloud): Problem[] {
  // A network of the user's own has a subnet in each zone.
  const { privateSubnetIds, vswitchIds } = (network?.existing ?? {}) as Record<string, unknown[] | undefined>;
  const least = (privateSubnetIds ?? vswitchIds ?? list)?.length ?? 3;
  return pools.flatMap((pool): Problem[] => {
    const { minNodes, maxNodes } = sizes?.[pool] ?? {};
    const path = `cluster.nodePools.${pool}`;
    if (minNodes !== undefined && minNodes < least) {
      return [problem({ path: `${path}.minNodes`, given: minNodes, must: `be ${least} or more: one in each zone` })];
    }
    if (minNodes !== undefined && maxNodes !== undefined && maxNodes < minNodes) {
      return [problem({ path: `${path}.maxNodes`, given: maxNodes, must: `be minNodes (${minNodes}) or more` })];
    }
    return [];
  });
}

function apartNetworks({ network = {} }: LooseCloud): Problem[] {
  const ranges = rangeKeys.flatMap((key) => {
    const range = parseCidr(network[key]);
    const isUnused = key === "cidr" && network.existing !== undefined;
    return range === undefined || isUnused ? [] : [{ key, ...range }];
  });
  return ranges.flatMap((range, index) => {
    const other = ranges.slice(0, index).find(({ first, last }) => first <= range.last && range.first <= last);
    return other === undefined
      ? []
      : [
          problem({
            path: `cluster.network.${range.key}`,
            given: network[range.key],
            must: `be apart from network.${other.key} (${network[other.key]})`,
          }),
        ];
  });
}

/** Rules of every cloud, except those of the API's access, which some clouds cannot configure. */
export const sharedRules: readonly Rule<LooseCloud>[] = [
  error(kubernetesVersion),
  error(zonesApart),
  error(poolSizes),
  error(apartNetworks),
];

/** Rule for clouds whose private API admits only its own network. */
export const closedApi: Rule<LooseCloud> = error((cluster) => apiAccess(cluster, "none"));

/** Rule for clouds whose private API can admit networks that are connected with its own. */
export const connectedApi: Rule<LooseCloud> = error((cluster) => apiAccess(cluster, "private"));

/**
 * Rule for clouds with a limited choice of addresses for Services.
 *
 * @param limits.within Networks of which the range must be a part. Default: any.
 * @param limits.widest Shortest prefix.
 * @param limits.narrowest Longest prefix.
 */
export function rangeOfServices(
  cloud: string,
  { within, widest, narrowest }: { within?: readonly string[]; widest: number; narrowest: number },
): Rule<LooseCloud> {
  return error(({ network }) => {
    const given = network?.serviceCidr;
    if (given === undefined) return [];
    const length = Number(given.split("/")[1]);
    const isThere = within === undefined || within.some((whole) => isInside(whole, given));
    if (isThere && length >= widest && length <= narrowest) return [];
    const place = within === undefined ? "" : `, in ${within.join(", ")}`;
    const must = `be a network of /${widest} to /${narrowest}${place}`;
    return [problem({ path: "cluster.network.serviceCidr", given, must, because: `${cloud} takes no other` })];
  });
}

/** Prefix of the part of the pods' range that each node gets, on clouds whose pods have a range. */
const rangeOfNode = 24;

/**
 * Rule for clouds that give each node a part of the pods' range: without one left a new node stays out.
 *
 * @param replaced Whether a network of the user's own has another range, so that this one does not count.
 */
export function roomForPods({ replaced }: { replaced: boolean }): Rule<LooseCloud> {
  return warning(({ network, nodePools: sizes }) => {
    const given = network?.podCidr;
    const range = parseCidr(given);
    if (range === undefined || (replaced && network?.existing !== undefined)) return [];
    const most = pools.reduce((sum, pool) => sum + (sizes?.[pool]?.maxNodes ?? 0), 0);
    const parts = (range.last - range.first + 1) / 2 ** (32 - rangeOfNode);
    if (parts >= most) return [];
    const should = `be /${rangeOfNode - Math.ceil(Math.log2(most))} or larger`;
    const because = `each node takes a /${rangeOfNode} of it, and nodePools allow ${most} nodes`;
    return [problem({ path: "cluster.network.podCidr", given, should, because })];
  });
}
