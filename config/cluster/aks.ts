/** Stack file section `cluster` with `vendor: aks`: Azure Kubernetes Service. */
import { z } from "zod";
import { problem, type Problem } from "../../lib/problem";
import { choice, list, map, text } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { overlapping } from "../kit/networks";
import { error, warning, type Rule } from "../kit/rule";
import {
  closedApi,
  cloud,
  derivedOfCloud,
  innerCidr,
  nodePools,
  ownCidr,
  rangeKeys,
  rangeOfServices,
  roomForPods,
  sharedRules,
} from "./cloud";
import { azureTags, tagsOf } from "./tags";

function uuid(of: string) {
  return text(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, `the id of ${of}: 32 hexadecimal digits in five groups`);
}

function resourceId(type: string, of: string) {
  return text(
    new RegExp(`^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/${type}/[^/]+$`, "i"),
    `the resource id of ${of}, "/subscriptions/.../resourceGroups/.../providers/${type}/..."`,
  );
}

const existingNetwork = map({
  subnetId: text(
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i,
    'the resource id of a subnet, "/subscriptions/.../virtualNetworks/.../subnets/..."',
  ).describe("Subnet of the nodes. For a file system it needs the service endpoint Microsoft.Storage."),
  outboundType: choice(["loadBalancer", "userDefinedRouting", "userAssignedNATGateway"])
    .default("loadBalancer")
    .describe(
      "Route of nodes to the internet. With any value but `loadBalancer`, `apiAccess.authorizedCidrs` must contain their public address.",
    ),
});

const authentication = map({
  method: choice(["admin", "kubelogin"])
    .default("admin")
    .describe(
      "`admin`: the cluster's own administrator certificate, secret in the state. `kubelogin`: Microsoft Entra, without a certificate; local accounts are disabled.",
    ),
  login: choice(["azurecli", "workloadidentity", "spn", "msi", "azd"])
    .default("azurecli")
    .describe("`kubelogin` only: source of the program's token."),
  adminGroupObjectIds: list(uuid("a group"), { of: "ids of groups" })
    .default([])
    .describe("`kubelogin` only: Entra groups whose members administer the cluster."),
})
  .prefault({})
  .describe("Login of `pulumi` and of people to the cluster.");

const encryptionKey = map({
  keyId: text(
    /^https:\/\/[a-z0-9-]+\.vault\.[a-z.]+\/keys\/[^/]+\/[0-9a-f]+$/,
    'the URL of a key with its version, "https://NAME.vault.azure.net/keys/KEY/VERSION"',
  ).describe("Key for Kubernetes secrets."),
  keyVaultId: resourceId("Microsoft.KeyVault/vaults", "a key vault").describe(
    "Vault of the key, with RBAC authorization and purge protection.",
  ),
  diskEncryptionSetId: resourceId("Microsoft.Compute/diskEncryptionSets", "a disk encryption set").describe(
    "Disk encryption set for disks of nodes and ledgers, in the same region.",
  ),
});

const schema = map({
  vendor: z.literal("aks").describe("Azure Kubernetes Service."),
  subscriptionId: uuid("a subscription").describe("Subscription."),
  tenantId: uuid("a tenant").describe("Tenant of the subscription."),
  location: text(/^[a-z][a-z0-9]{1,49}$/, 'a region of Azure, for example "westeurope"').describe(
    "Region with availability zones.",
  ),
  zones: z
    .array(choice(["1", "2", "3"]), { error: "a list of three zones: 1, 2, 3, in quotes" })
    .length(3, { error: "a list of three zones: 1, 2, 3, in quotes" })
    .default(["1", "2", "3"])
    .describe("Availability zones."),
  ...cloud,
  nodePools: nodePools({ system: "Standard_D2s_v5", ledger: "Standard_D4s_v5" }),
  network: map({
    cidr: ownCidr("10.64.0.0/16"),
    existing: existingNetwork.optional().describe("A network of your own. Default: a new one."),
    podCidr: innerCidr("10.68.0.0/14", "pods"),
    serviceCidr: innerCidr("10.72.0.0/20", "Services"),
  })
    .prefault({})
    .describe("Network of the nodes."),
  authentication,
  nodeOsUpgradeChannel: choice(["SecurityPatch", "NodeImage", "None"])
    .default("SecurityPatch")
    .describe(
      "Updates of nodes on Saturdays from 0:00 UTC: patches of their system, new system images (all nodes are replaced), or none.",
    ),
  encryptionKey: encryptionKey
    .optional()
    .describe(
      "Keys for Kubernetes secrets and disks. Default: a new vault with one key, and a new disk encryption set.",
    ),
});

type LooseAks = Loose<z.infer<typeof schema>>;

/** Addresses that no network of an AKS cluster may have: https://learn.microsoft.com/azure/aks/azure-cni-overview */
const reserved = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];

function reservedRanges({ network = {} }: LooseAks): Problem[] {
  return rangeKeys.flatMap((key): Problem[] => {
    if (key === "cidr" && network.existing !== undefined) return [];
    const taken = overlapping(network[key], reserved);
    if (taken === undefined) return [];
    const because = "AKS keeps it for itself";
    return [problem({ path: `cluster.network.${key}`, given: network[key], must: `be apart from ${taken}`, because })];
  });
}

/**
 * Nodes reach the API like any other client. A single network could contain both nodes and `pulumi`, but most often
 * does not.
 */
function nodesReachApi({ network, apiAccess }: LooseAks): Problem[] {
  const { outboundType = "loadBalancer" } = network?.existing ?? {};
  if (outboundType === "loadBalancer" || apiAccess?.authorizedCidrs?.length !== 1) return [];
  return [
    problem({
      path: "cluster.apiAccess.authorizedCidrs",
      given: apiAccess.authorizedCidrs,
      should: "have the address by which nodes reach the internet as well as the network that runs `pulumi`",
      because: `network.existing.outboundType is ${outboundType}, and nodes that the API does not answer never register`,
    }),
  ];
}

/** A warning, and not the default: a change on a living cluster would change everybody's login. */
function certificateInState({ environment, authentication }: LooseAks): Problem[] {
  if (environment !== "production" || authentication?.method !== "admin") return [];
  return [
    problem({
      path: "cluster.authentication.method",
      given: authentication.method,
      should: "be kubelogin in production",
      because: "who can decrypt the state has the administrator's certificate",
      hint: "See docs/clouds.md before changing a living cluster",
    }),
  ];
}

/** Groups and logins of Entra, which counts with `kubelogin` alone. */
function loginsOfEntra({ authentication }: LooseAks): Problem[] {
  const { method, login, adminGroupObjectIds } = authentication ?? {};
  if (method !== "admin") return [];
  const path = "cluster.authentication";
  const because = "method is admin, whose certificate is the only login";
  const refused = (key: string, given: unknown) =>
    problem({ path: `${path}.${key}`, given, must: "be left out", because });
  return [
    ...(adminGroupObjectIds === undefined || adminGroupObjectIds.length === 0
      ? []
      : [refused("adminGroupObjectIds", adminGroupObjectIds)]),
    ...(login === undefined || login === "azurecli" ? [] : [refused("login", login)]),
  ];
}

/** https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning. The cluster's DNS gets the tenth address. */
const services = { widest: 13, narrowest: 28 };

const rules: readonly Rule<LooseAks>[] = [
  closedApi,
  ...sharedRules,
  rangeOfServices("AKS", services),
  // https://learn.microsoft.com/azure/aks/azure-cni-overlay
  roomForPods({ replaced: false }),
  error(loginsOfEntra),
  error(reservedRanges),
  error(tagsOf(azureTags)),
  warning(nodesReachApi),
  warning(certificateInState),
];

export const aks = {
  schema,
  rules,
  derived: derivedOfCloud,
};
