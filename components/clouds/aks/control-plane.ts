import { RoleAssignment } from "@pulumi/azure-native/authorization";
import { MaintenanceConfiguration, ManagedCluster as AzureCluster } from "@pulumi/azure-native/containerservice";
import { getUserAssignedIdentityOutput, UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import { subnetCidr } from "../../../lib/ipv4";
import { newFirst } from "../identity";
import { nameOf, roleDefinitionId, type AksContext, type RoleName } from "./azure";
import type { AksKey } from "./key";
import type { AksNetwork } from "./network";
import { systemPoolProfile } from "./node-pools";

/** The managed part of Kubernetes, with its system pool, its identity and the rights of that identity. */
export function createControlPlane(context: AksContext, network: AksNetwork, key: AksKey): AzureCluster {
  const { prefix, config, settings, clusterIdentifier, cloudName, resourceOptions } = context;
  const identity = new UserAssignedIdentity(
    `${prefix}-identity`,
    { ...settings, resourceName: `${config.name}-cluster` },
    { ...resourceOptions, ...newFirst },
  );
  const roles = grantRoles(context, identity, network, key);
  const production = config.environment === "production";
  return new AzureCluster(
    prefix,
    {
      ...settings,
      resourceName: cloudName,
      dnsPrefix: cloudName,
      nodeResourceGroup: `${cloudName}-nodes`,
      kubernetesVersion: config.kubernetesVersion,
      sku: { name: "Base", tier: production ? "Standard" : "Free" },
      supportPlan: "KubernetesOfficial",
      // The stack file decides the version of Kubernetes; Azure patches the operating system of nodes as configured
      // there.
      autoUpgradeProfile: { upgradeChannel: "none", nodeOSUpgradeChannel: config.nodeOsUpgradeChannel },
      identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
      ...accessSettings(config),
      networkProfile: networkProfile(network, config),
      oidcIssuerProfile: { enabled: true },
      securityProfile: {
        workloadIdentity: { enabled: true },
        // Azure wants the vault's resource id for private access only, and refuses it here.
        azureKeyVaultKms: { enabled: true, keyId: key.keyId, keyVaultNetworkAccess: "Public" },
      },
      diskEncryptionSetID: key.diskEncryptionSetId,
      storageProfile: {
        diskCSIDriver: { enabled: true },
        fileCSIDriver: { enabled: config.fileSystem },
        snapshotController: { enabled: true },
      },
      agentPoolProfiles: [systemPoolProfile(config, network.subnetId)],
    },
    {
      ...resourceOptions,
      ...newFirst,
      protect: config.protect,
      dependsOn: [...roles, ...key.granted],
      replacementTrigger: clusterIdentifier,
      // The autoscaler changes the number of nodes: https://github.com/pulumi/pulumi-azure/issues/780
      ignoreChanges: ["agentPoolProfiles[0].count"],
    },
  );
}

/**
 * Rights of the cluster's identity: load balancers and shares in the subnet, secrets by the key, disks by the
 * encryption set, snapshots in the resource group.
 */
function grantRoles(
  { prefix, config, settings, resourceOptions }: AksContext,
  identity: UserAssignedIdentity,
  network: AksNetwork,
  key: AksKey,
): RoleAssignment[] {
  const { resourceGroupName } = settings;
  const args = { resourceGroupName, resourceName: nameOf(identity) };
  const { principalId } = getUserAssignedIdentityOutput(args, { ...resourceOptions, dependsOn: [identity] });
  const group = pulumi.interpolate`/subscriptions/${config.subscriptionId}/resourceGroups/${resourceGroupName}`;
  const grant = (use: string, role: RoleName, scope: pulumi.Input<string>) =>
    new RoleAssignment(
      `${prefix}-${use}`,
      { scope, principalId, principalType: "ServicePrincipal", roleDefinitionId: roleDefinitionId(config, role) },
      resourceOptions,
    );
  return [
    grant("network", "Network Contributor", network.subnetId),
    grant("secrets", "Key Vault Crypto User", key.keyVaultId),
    grant("disks", "Reader", key.diskEncryptionSetId),
    grant("snapshots", "Disk Snapshot Contributor", group),
  ];
}

/**
 * Maintenance window for patches of nodes. AKS finds it by this name:
 * https://learn.microsoft.com/azure/aks/planned-maintenance
 */
export function createNodeWindow(
  { prefix, settings, cloudName, resourceOptions }: AksContext,
  cluster: AzureCluster,
): void {
  const configName = "aksManagedNodeOSUpgradeSchedule";
  new MaintenanceConfiguration(
    `${prefix}-node-patches`,
    {
      resourceGroupName: settings.resourceGroupName,
      resourceName: cloudName,
      configName,
      maintenanceWindow: {
        schedule: { weekly: { dayOfWeek: "Saturday", intervalWeeks: 1 } },
        durationHours: 8,
        startTime: "00:00",
        utcOffset: "+00:00",
      },
    },
    { ...resourceOptions, ...newFirst, dependsOn: cluster },
  );
}

function accessSettings({ apiAccess, authentication, tenantId }: VendorConfig<"aks">) {
  const isEntra = authentication.method === "kubelogin";
  return {
    enableRBAC: true,
    disableLocalAccounts: isEntra,
    aadProfile: isEntra
      ? {
          managed: true,
          enableAzureRBAC: true,
          adminGroupObjectIDs: authentication.adminGroupObjectIds,
          tenantID: tenantId,
        }
      : undefined,
    apiServerAccessProfile: {
      // Commands sent through Azure would bypass the list of networks.
      disableRunCommand: true,
      ...(apiAccess.private
        ? { enablePrivateCluster: true, enablePrivateClusterPublicFQDN: false, privateDNSZone: "system" }
        : { authorizedIPRanges: apiAccess.authorizedCidrs }),
    },
  };
}

/** Pods have overlay addresses. Cilium routes packets and enforces NetworkPolicy. */
function networkProfile({ outboundType }: AksNetwork, { network }: VendorConfig<"aks">) {
  return {
    networkPlugin: "azure",
    networkPluginMode: "overlay",
    networkDataplane: "cilium",
    networkPolicy: "cilium",
    podCidr: network.podCidr,
    serviceCidr: network.serviceCidr,
    dnsServiceIP: tenthAddress(network.serviceCidr),
    loadBalancerSku: "standard",
    outboundType,
  };
}

/** Address of the cluster's DNS: by convention the tenth of the Services' network. */
function tenthAddress(cidr: string): string {
  const bits = 32 - Number(cidr.split("/")[1]);
  return subnetCidr(cidr, bits, 10).replace("/32", "");
}
