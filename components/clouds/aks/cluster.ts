/** Azure Kubernetes Service: https://learn.microsoft.com/azure/aks/ */
import { getClientConfigOutput, RoleAssignment } from "@pulumi/azure-native/authorization";
import {
  listManagedClusterAdminCredentialsOutput,
  listManagedClusterUserCredentialsOutput,
  MaintenanceConfiguration,
  ManagedCluster as AzureCluster,
} from "@pulumi/azure-native/containerservice";
import { getUserAssignedIdentityOutput, UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import { Provider } from "@pulumi/azure-native/provider";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import { subnetCidr } from "../../../lib/ipv4";
import { aksKey, type AksKey } from "./key";
import { aksNetwork, type AksNetwork } from "./network";
import { nameOf, roleDefinitionId, type Place, type RoleName } from "./place";
import { createLedgerPools, systemPoolProfile } from "./pools";
import { buildBlockDriver, buildFileDriver } from "./storage";
import { requireHelper } from "../helper-program";
import { clusterIdentity, clusterName, newFirst } from "../identity";
import { normalizeKubeconfig, withExecUser, type ExecUser } from "../kubeconfig";
import { createKubernetesProvider } from "../kubernetes-provider";
import type { ManagedCluster, StorageDrivers } from "../managed-cluster";

const helper = {
  command: "kubelogin",
  origin: "it by `az aks install-cli`, or from https://azure.github.io/kubelogin/",
};

/** The application that stands for every AKS cluster: https://azure.github.io/kubelogin/concepts/aks.html */
const aksServerApplication = "6dae42f8-4368-4678-94ff-3960e28e3630";

/** An AKS cluster with its resource group, network, pools, identity and keys. */
export class AksCluster extends pulumi.ComponentResource implements ManagedCluster {
  readonly name: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;
  readonly clusterIdentifier: string;
  readonly provider: k8s.Provider;
  readonly storage: StorageDrivers;
  readonly networkPolicyEnforced = true;
  readonly loadBalancersKeepClients = true;
  readonly dnsDomain = "cluster.local";
  /** Options of everything made at Azure. */
  private readonly here: { parent: AksCluster; provider: Provider };
  private readonly place: Place;
  /** Name at Azure. */
  private readonly cloudName: string;

  constructor(
    private readonly prefix: string,
    private readonly config: VendorConfig<"aks">,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("blockchain-clusters:cluster:AksCluster", prefix, {}, opts);
    if (config.authentication.method === "kubelogin") requireHelper("aks", helper);
    this.here = { parent: this, provider: this.createCloudProvider() };
    this.place = this.createPlace();
    this.clusterIdentifier = identityOf(config);
    this.cloudName = clusterName(config.name, this.clusterIdentifier);
    const below = { parent: this, providers: [this.here.provider] };
    const key = aksKey(`${prefix}-key`, config, this.place, below);
    const network = aksNetwork(`${prefix}-network`, this.cloudName, config, this.place, below);
    const cluster = this.createCluster(network, key);
    // Before the pools, which take minutes: by then the right is known everywhere.
    const administrators = this.createAdministrator(cluster);
    this.createNodeWindow(cluster);
    const { resourceGroupName, tags } = this.place;
    const pools = createLedgerPools(
      prefix,
      {
        config,
        resourceGroupName,
        subnetId: network.subnetId,
        tags,
        cluster,
        clusterName: this.cloudName,
      },
      this.here,
    );
    // The cluster's own output of that name is unknown whenever a preview updates it.
    this.name = pulumi.output(this.cloudName);
    this.kubeconfig = pulumi.secret(this.readKubeconfig(cluster));
    this.provider = createKubernetesProvider(`${prefix}-kubernetes`, this, this, [...administrators, ...pools]);
    this.storage = {
      block: buildBlockDriver({ diskEncryptionSetId: key.diskEncryptionSetId, resourceGroupName }),
      file: config.fileSystem ? buildFileDriver() : undefined,
    };
    this.registerOutputs({ name: this.name, kubeconfig: this.kubeconfig });
  }

  private createCloudProvider(): Provider {
    const { subscriptionId, tenantId, location } = this.config;
    return new Provider(`${this.prefix}-azure`, { subscriptionId, tenantId, location }, { parent: this });
  }

  private createPlace(): Place {
    const { name, location, protect } = this.config;
    const tags = { "blockchain-clusters": name, ...this.config.tags };
    const group = new ResourceGroup(
      `${this.prefix}-group`,
      { resourceGroupName: name, location, tags },
      { ...this.here, ...newFirst, protect },
    );
    return { resourceGroupName: nameOf(group, name), location, tags };
  }

  private groupId(): pulumi.Output<string> {
    return pulumi.interpolate`/subscriptions/${this.config.subscriptionId}/resourceGroups/${this.place.resourceGroupName}`;
  }

  private createCluster(network: AksNetwork, key: AksKey): AzureCluster {
    const { config } = this;
    const identity = new UserAssignedIdentity(
      `${this.prefix}-identity`,
      { ...this.place, resourceName: `${config.name}-cluster` },
      { ...this.here, ...newFirst },
    );
    const principalId = this.principalOf(identity);
    // Load balancers and shares in the subnet; secrets by the key; disks by the encryption set; snapshots in the group.
    const roles = [
      this.assign("network", principalId, "Network Contributor", network.subnetId),
      this.assign("secrets", principalId, "Key Vault Crypto User", key.keyVaultId),
      this.assign("disks", principalId, "Reader", key.diskEncryptionSetId),
      this.assign("snapshots", principalId, "Disk Snapshot Contributor", this.groupId()),
    ];
    const production = config.environment === "production";
    return new AzureCluster(
      this.prefix,
      {
        ...this.place,
        resourceName: this.cloudName,
        dnsPrefix: this.cloudName,
        nodeResourceGroup: `${this.cloudName}-nodes`,
        kubernetesVersion: config.kubernetesVersion,
        sku: { name: "Base", tier: production ? "Standard" : "Free" },
        supportPlan: "KubernetesOfficial",
        // Versions of Kubernetes are the stack file's; the nodes' system is patched as it says there.
        autoUpgradeProfile: { upgradeChannel: "none", nodeOSUpgradeChannel: config.nodeOsUpgradeChannel },
        identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
        ...accessSettings(config),
        networkProfile: networkProfile(network, config),
        oidcIssuerProfile: { enabled: true },
        securityProfile: {
          workloadIdentity: { enabled: true },
          // The vault's resource id belongs to private access alone: Azure wants it empty here.
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
        ...this.here,
        ...newFirst,
        protect: config.protect,
        dependsOn: [...roles, ...key.granted],
        replacementTrigger: this.clusterIdentifier,
        // The autoscaler's: https://github.com/pulumi/pulumi-azure/issues/780
        ignoreChanges: ["agentPoolProfiles[0].count"],
      },
    );
  }

  /**
   * Microsoft Entra gives nobody a right inside the cluster, its owner neither: whoever makes the cluster administers it.
   * The right stays with that identity when another one runs `pulumi`; others get theirs by `adminGroupObjectIds`.
   */
  private createAdministrator(cluster: AzureCluster): pulumi.Resource[] {
    if (this.config.authentication.method !== "kubelogin") return [];
    return [
      new RoleAssignment(
        `${this.prefix}-administrator`,
        {
          scope: cluster.id,
          principalId: getClientConfigOutput(this.here).objectId,
          // A person or a workflow: Azure looks it up. The SDK would say "User" where it finds nothing at once.
          principalType: pulumi.output<string | undefined>(undefined),
          roleDefinitionId: roleDefinitionId(this.config, "Azure Kubernetes Service RBAC Cluster Admin"),
        },
        { ...this.here, ignoreChanges: ["principalId"] },
      ),
    ];
  }

  /** When nodes get patches. AKS looks for it by this name: https://learn.microsoft.com/azure/aks/planned-maintenance */
  private createNodeWindow(cluster: AzureCluster): void {
    const configName = "aksManagedNodeOSUpgradeSchedule";
    new MaintenanceConfiguration(
      `${this.prefix}-node-patches`,
      {
        resourceGroupName: this.place.resourceGroupName,
        resourceName: this.cloudName,
        configName,
        maintenanceWindow: {
          schedule: { weekly: { dayOfWeek: "Saturday", intervalWeeks: 1 } },
          durationHours: 8,
          startTime: "00:00",
          utcOffset: "+00:00",
        },
      },
      { ...this.here, ...newFirst, dependsOn: cluster },
    );
  }

  private principalOf(identity: UserAssignedIdentity): pulumi.Output<string> {
    const args = { resourceGroupName: this.place.resourceGroupName, resourceName: nameOf(identity) };
    return getUserAssignedIdentityOutput(args, { ...this.here, dependsOn: [identity] }).principalId;
  }

  private assign(
    use: string,
    principalId: pulumi.Input<string>,
    role: RoleName,
    scope: pulumi.Input<string>,
  ): RoleAssignment {
    return new RoleAssignment(
      `${this.prefix}-${use}`,
      {
        scope,
        principalId,
        principalType: "ServicePrincipal",
        roleDefinitionId: roleDefinitionId(this.config, role),
      },
      this.here,
    );
  }

  /**
   * Asks Azure with plain names: outputs of the cluster are unknown in every preview that updates it, and a kubeconfig
   * made of them would be, too. `dependsOn` alone makes it wait for the cluster.
   */
  private readKubeconfig(cluster: AzureCluster): pulumi.Output<string> {
    const { authentication } = this.config;
    const name = this.cloudName;
    const args = { resourceGroupName: this.config.name, resourceName: name };
    const opts = { ...this.here, dependsOn: [cluster] };
    const isAdmin = authentication.method === "admin";
    const { kubeconfigs } = isAdmin
      ? listManagedClusterAdminCredentialsOutput(args, opts)
      : listManagedClusterUserCredentialsOutput(args, opts);
    return kubeconfigs.apply((found) => {
      const text = decode(found[0]?.value, name);
      return isAdmin ? text : withExecUser(text, name, execUser(this.config));
    });
  }
}

/** Azure gives kubeconfigs as YAML in base64. */
function decode(base64: string | undefined, cluster: string): string {
  if (base64 === undefined) throw new pulumi.RunError(`Azure has no kubeconfig for the cluster "${cluster}"`);
  const readFile = () => {
    throw new Error("a kubeconfig of Azure refers to no files");
  };
  return normalizeKubeconfig(Buffer.from(base64, "base64").toString("utf8"), { readFile });
}

/** What Azure returns asks for a device code in a browser; this asks for nothing. */
function execUser({ tenantId, authentication }: VendorConfig<"aks">): ExecUser {
  const { login } = authentication;
  return {
    command: helper.command,
    args: ["get-token", "--login", login, "--server-id", aksServerApplication, "--tenant-id", tenantId],
    installHint: `Install ${helper.origin}`,
  };
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
      // Commands through Azure would go around the list.
      disableRunCommand: true,
      ...(apiAccess.private
        ? { enablePrivateCluster: true, enablePrivateClusterPublicFQDN: false, privateDNSZone: "system" }
        : { authorizedIPRanges: apiAccess.authorizedCidrs }),
    },
  };
}

/** Overlay addresses for pods; Cilium carries packets and enforces NetworkPolicy. */
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

/** The address of the cluster's DNS, by custom the tenth of the Services'. */
function tenthAddress(cidr: string): string {
  const bits = 32 - Number(cidr.split("/")[1]);
  return subnetCidr(cidr, bits, 10).replace("/32", "");
}

function identityOf(config: VendorConfig<"aks">): string {
  const { network, subscriptionId, location } = config;
  return clusterIdentity("aks", `${subscriptionId}/${location}`, config, [
    network.existing?.subnetId ?? network.cidr,
    network.podCidr,
    network.serviceCidr,
    config.encryptionKey?.diskEncryptionSetId,
  ]);
}
