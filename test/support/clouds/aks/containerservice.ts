/**
 * AKS. Sources of replacements: pulumi-azure-native, provider/pkg/gen/replacement.go, and the path of the resource; of
 * refusals: https://learn.microsoft.com/azure/aks/ and the threads named below.
 */
import type * as containerservice from "@pulumi/azure-native/containerservice";
import { isMap, type PropertyMap } from "../../../../provider/framework/property-value";
import type { CloudResource } from "../cloud";
import { CloudError, text, type CloudFunction } from "../cloud-style";
import { accessOf, kubeconfigOf, stopCluster, takeCluster } from "../kubernetes";
import { resource, type Draft, type ResourceType } from "../resource-type";
import { armId, inGroup, nameOf, newUuid, succeeded } from "./arm";
import { inSubnet } from "./network";

const clusterType = "azure-native:containerservice:ManagedCluster";
const poolType = "azure-native:containerservice:AgentPool";

// A cluster has no leftovers: its disks and load balancers are in the group of its nodes, which is deleted with it.

const poolFields = ["availabilityZones", "osDiskSizeGB", "osDiskType", "osType", "vmSize", "vnetSubnetID", "maxPods"];

export const containerResources: Record<string, ResourceType> = {
  [clusterType]: resource<containerservice.ManagedClusterArgs, containerservice.ManagedCluster>({
    required: { resourceGroupName: true },
    autoname: "resourceName",
    replaces: [
      "resourceGroupName",
      "resourceName",
      "location",
      "diskEncryptionSetID",
      "dnsPrefix",
      "fqdnSubdomain",
      "linuxProfile",
      "nodeResourceGroup",
      "windowsProfile",
      "networkProfile.serviceCidr",
      "networkProfile.serviceCidrs",
      "networkProfile.dnsServiceIP",
      "networkProfile.networkMode",
      "networkProfile.networkPlugin",
      "networkProfile.networkPluginMode",
      "networkProfile.podCidr",
      "networkProfile.networkDataplane",
      "networkProfile.networkPolicy",
      "networkProfile.outboundType",
    ],
    refers: [
      inGroup,
      inSubnet("agentPoolProfiles[].vnetSubnetID"),
      {
        path: "identity.userAssignedIdentities[]",
        type: "azure-native:managedidentity:UserAssignedIdentity",
        onDelete: "nothing",
      },
      { path: "diskEncryptionSetID", type: "azure-native:compute:DiskEncryptionSet", onDelete: "refuse" },
      {
        path: "securityProfile.azureKeyVaultKms.keyId",
        type: "azure-native:keyvault:Key",
        by: "keyUriWithVersion",
        onDelete: "nothing",
      },
    ],
    refusesCreate: refuseCluster,
    refusesUpdate: refuseChange,
    id: armId("Microsoft.ContainerService", ["managedClusters", "resourceName"]),
    deleted: stopCluster,
    hidden: ({ inputs, cloud }) => takeCluster(cloud, { takesSnapshots: hasSnapshotController(inputs) }),
    outputs: {
      azureApiVersion: () => "2025-09-01",
      currentKubernetesVersion: ({ inputs }) => `${text(inputs.kubernetesVersion) || "1.34"}.1`,
      fqdn: (draft) => new URL(accessOf(draft).server).hostname,
      name: nameOf("resourceName"),
      oidcIssuerProfile: ({ inputs }) => ({
        ...(inputs.oidcIssuerProfile as PropertyMap | undefined),
        issuerURL: "https://westeurope.oic.prod-aks.azure.com/00000000/",
      }),
      provisioningState: succeeded,
      resourceUID: newUuid,
      type: () => "Microsoft.ContainerService/ManagedClusters",
    },
    moves: { currentKubernetesVersion: ["kubernetesVersion"], oidcIssuerProfile: ["oidcIssuerProfile"] },
  }),
  "azure-native:containerservice:MaintenanceConfiguration": resource<
    containerservice.MaintenanceConfigurationArgs,
    containerservice.MaintenanceConfiguration
  >({
    required: { resourceGroupName: true, resourceName: true },
    autoname: "configName",
    replaces: ["resourceGroupName", "resourceName", "configName"],
    refers: [inGroup, { path: "resourceName", type: clusterType, by: "name", onDelete: "cascade" }],
    id: armId(
      "Microsoft.ContainerService",
      ["managedClusters", "resourceName"],
      ["maintenanceConfigurations", "configName"],
    ),
    outputs: { name: nameOf("configName") },
  }),
  [poolType]: resource<containerservice.AgentPoolArgs, containerservice.AgentPool>({
    required: { resourceGroupName: true, resourceName: true },
    autoname: "agentPoolName",
    replaces: ["resourceGroupName", "resourceName", "agentPoolName", "gpuInstanceProfile", "vmSize"],
    refers: [
      inGroup,
      { path: "resourceName", type: clusterType, by: "name", onDelete: "cascade" },
      inSubnet("vnetSubnetID"),
    ],
    problems: poolProblems,
    refusesCreate: ({ inputs, cloud }) => newerThanCluster(inputs, cloud),
    refusesUpdate: ({ inputs, cloud }, previous) =>
      changedField(
        previous.inputs,
        inputs,
        poolFields.filter((name) => name !== "vmSize"),
      ) ?? newerThanCluster(inputs, cloud),
    id: armId("Microsoft.ContainerService", ["managedClusters", "resourceName"], ["agentPools", "agentPoolName"]),
    outputs: {
      azureApiVersion: () => "2025-09-01",
      currentOrchestratorVersion: ({ inputs }) => text(inputs.orchestratorVersion),
      name: nameOf("agentPoolName"),
      nodeImageVersion: () => "AKSAzureLinux-V3gen2-202611.01.0",
      provisioningState: succeeded,
    },
    moves: { currentOrchestratorVersion: ["orchestratorVersion"] },
  }),
};

function hasSnapshotController({ storageProfile }: PropertyMap): boolean {
  const { snapshotController } = (storageProfile ?? {}) as Record<string, PropertyMap | undefined>;
  return snapshotController?.enabled !== false;
}

function refuseCluster({ inputs }: Draft): string | undefined {
  const pools = (inputs.agentPoolProfiles ?? []) as PropertyMap[];
  const bad = (message: string): string => `Status=400 Code="BadRequest" Message="${message}"`;
  if (!pools.some(({ mode }) => mode === "System")) return bad("Must define at least one agent pool in System mode");
  if (inputs.dnsPrefix === undefined && inputs.fqdnSubdomain === undefined) {
    return bad("Required parameter dnsPrefix is missing (null).");
  }
  if (inputs.identity === undefined && inputs.servicePrincipalProfile === undefined) {
    return bad("Required parameter servicePrincipalProfile is missing (null): the cluster has no identity");
  }
  const { azureKeyVaultKms: kms } = (inputs.securityProfile ?? {}) as Record<string, PropertyMap | undefined>;
  if (kms?.keyVaultNetworkAccess === "Public" && kms.keyVaultResourceId !== undefined) {
    return bad(
      "securityProfile.azureKeyVaultKms.keyVaultResourceId must be empty when keyVaultNetworkAccess is Public",
    );
  }
  const isEntra = isMap(inputs.aadProfile) && inputs.aadProfile.managed === true;
  return inputs.disableLocalAccounts === true && !isEntra
    ? bad("Cannot disable local accounts of a cluster without Microsoft Entra integration")
    : undefined;
}

/** Refuses changes of pools through the cluster, as Azure does: pulumi-azure-native#2719, #4264. */
function refuseChange({ inputs }: Draft, previous: CloudResource): string | undefined {
  const pools = (of: PropertyMap): PropertyMap[] => (of.agentPoolProfiles ?? []) as PropertyMap[];
  for (const pool of pools(inputs)) {
    const before = pools(previous.inputs).find(({ name }) => name === pool.name);
    if (before === undefined) {
      return `Status=400 Code="BadRequest" Message="A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through managed cluster operations."`;
    }
    const changed = changedField(before, pool, poolFields);
    if (changed) return changed;
  }
  const [from, to] = [previous.inputs, inputs].map(({ kubernetesVersion }) =>
    Number(text(kubernetesVersion).split(".")[1]),
  );
  return from !== undefined && to !== undefined && (to < from || to > from + 1)
    ? `Status=400 Code="OperationNotAllowed" Message="Upgrading Kubernetes version ${text(previous.inputs.kubernetesVersion)} to ${text(inputs.kubernetesVersion)} is not allowed"`
    : undefined;
}

function changedField(before: PropertyMap, after: PropertyMap, fields: string[]): string | undefined {
  const changed = fields.find((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return (
    changed &&
    `Status=400 Code="PropertyChangeNotAllowed" Message="Changing property 'properties.${changed}' is not allowed."`
  );
}

function poolProblems({ agentPoolName }: PropertyMap): string[] {
  return typeof agentPoolName === "string" && !/^[a-z][a-z0-9]{0,11}$/.test(agentPoolName)
    ? [`'agentPoolName' does not match expression '^[a-z][a-z0-9]{0,11}$': ${agentPoolName}`]
    : [];
}

function newerThanCluster(inputs: PropertyMap, cloud: Draft["cloud"]): string | undefined {
  const cluster = cloud.find(clusterType, "name", inputs.resourceName ?? null);
  const minor = (value: string): number => Number(value.split(".")[1]);
  const [own, plane] = [text(inputs.orchestratorVersion), text(cluster?.inputs.kubernetesVersion)];
  return own !== "" && minor(own) > minor(plane)
    ? `Status=400 Code="NodePoolMcVersionIncompatible" Message="Node pool version ${own} and control plane version ${plane} are incompatible."`
    : undefined;
}

function findCluster({
  arguments: { resourceGroupName, resourceName },
  cloud,
}: Parameters<CloudFunction>[0]): CloudResource {
  const cluster = cloud
    .list(clusterType)
    .find(({ inputs }) => inputs.resourceGroupName === resourceGroupName && inputs.resourceName === resourceName);
  if (cluster !== undefined) return cluster;
  throw new CloudError(
    `Status=404 Code="ResourceNotFound" Message="The Resource 'managedClusters/${text(resourceName)}' was not found."`,
  );
}

const inBase64 = (kubeconfig: string, name: string): PropertyMap => ({
  kubeconfigs: [{ name, value: Buffer.from(kubeconfig).toString("base64") }],
});

/** The whole kubeconfig of the API server's administrator. */
const adminCredentials: CloudFunction = (call) => {
  const cluster = findCluster(call);
  if (cluster.inputs.disableLocalAccounts === true) {
    throw new CloudError(
      `Status=400 Code="BadRequest" Message="Getting static credential is not allowed because this cluster is set to disable local accounts."`,
    );
  }
  return inBase64(kubeconfigOf(cluster), "clusterAdmin");
};

/** A kubeconfig that, with Entra, asks for a device code: https://learn.microsoft.com/azure/aks/kubelogin-authentication */
const userCredentials: CloudFunction = (call) => {
  const cluster = findCluster(call);
  const kubeconfig = JSON.parse(kubeconfigOf(cluster)) as {
    users: { name: string; user: object }[];
  };
  if (isMap(cluster.inputs.aadProfile) && cluster.inputs.aadProfile.managed === true) {
    const args = ["get-token", "--environment", "AzurePublicCloud", "--login", "devicecode"];
    const exec = { apiVersion: "client.authentication.k8s.io/v1beta1", command: "kubelogin", args };
    kubeconfig.users = kubeconfig.users.map(({ name }) => ({ name, user: { exec } }));
  }
  return inBase64(JSON.stringify(kubeconfig), "clusterUser");
};

export const containerFunctions: Record<string, CloudFunction> = {
  "azure-native:containerservice:listManagedClusterAdminCredentials": adminCredentials,
  "azure-native:containerservice:listManagedClusterUserCredentials": userCredentials,
};
