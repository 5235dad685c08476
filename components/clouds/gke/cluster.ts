/** Google Kubernetes Engine: https://cloud.google.com/kubernetes-engine/docs */
import * as container from "@pulumi/gcp/container";
import { IAMMember } from "@pulumi/gcp/projects";
import { Provider } from "@pulumi/gcp/provider";
import { Account } from "@pulumi/gcp/serviceaccount";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import { GkeKey } from "./key";
import { gkeNetwork, type GkeNetwork } from "./network";
import { createGkeNodePool } from "./node-pools";
import { buildBlockDriver, buildFileDriver } from "./storage";
import { requireHelper } from "../helper-program";
import { clusterIdentity, clusterName, newFirst } from "../identity";
import { execKubeconfig } from "../kubeconfig";
import { createKubernetesProvider } from "../kubernetes-provider";
import type { ManagedCluster, StorageDrivers } from "../managed-cluster";

const helper = {
  command: "gke-gcloud-auth-plugin",
  origin: "it by `gcloud components install gke-gcloud-auth-plugin`, or your system's package of that name",
};

/** What a node does for itself: logs, metrics, images. https://cloud.google.com/kubernetes-engine/docs/how-to/service-accounts */
const nodeRoles = ["roles/container.defaultNodeServiceAccount", "roles/artifactregistry.reader"] as const;

/** A regional GKE cluster with its network, nodes and key. */
export class GkeCluster extends pulumi.ComponentResource implements ManagedCluster {
  readonly name: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;
  readonly clusterIdentifier: string;
  readonly provider: k8s.Provider;
  readonly storage: StorageDrivers;
  readonly networkPolicyEnforced = true;
  readonly loadBalancersKeepClients = true;
  readonly dnsDomain = "cluster.local";
  /** Options of everything made at Google Cloud. */
  private readonly here: { parent: GkeCluster; provider: Provider };
  /** Name at Google Cloud. */
  private readonly cloudName: string;

  constructor(
    private readonly prefix: string,
    private readonly config: VendorConfig<"gke">,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("blockchain-clusters:cluster:GkeCluster", prefix, {}, opts);
    requireHelper("gke", helper);
    this.here = { parent: this, provider: this.createCloudProvider() };
    const below = { parent: this, providers: [this.here.provider] };
    this.clusterIdentifier = identityOf(config);
    this.cloudName = clusterName(config.name, this.clusterIdentifier);
    const key = new GkeKey(`${prefix}-key`, config, below);
    const network = gkeNetwork(`${prefix}-network`, this.cloudName, config, below);
    const { account, roles } = this.createNodeAccount();
    const dependsOn = [...key.granted, ...network.ready, ...roles];
    const cluster = this.createCluster(network, key.keyName, account, dependsOn);
    const pools = (["system", "ledger"] as const).map((pool) => {
      const args = { config, cluster, serviceAccount: account.email, keyName: key.keyName, dependsOn };
      return createGkeNodePool(prefix, pool, args, this.here);
    });
    this.name = cluster.name;
    this.kubeconfig = pulumi.secret(kubeconfigOf(cluster, this.cloudName));
    this.provider = createKubernetesProvider(`${prefix}-kubernetes`, this, this, pools);
    const { region, nodePools } = config;
    const { machineType } = nodePools.ledger;
    this.storage = {
      block: buildBlockDriver({ machineType, keyName: key.keyName, region }),
      file: config.fileSystem ? buildFileDriver({ network: network.network }) : undefined,
    };
    this.registerOutputs({ name: this.name, kubeconfig: this.kubeconfig });
  }

  private createCloudProvider(): Provider {
    const { project, region, tags, name } = this.config;
    return new Provider(
      `${this.prefix}-gcp`,
      { project, region, defaultLabels: { "blockchain-clusters": name, ...tags } },
      { parent: this },
    );
  }

  /** Nodes of their own account: the project's default one may do far more. */
  private createNodeAccount(): { account: Account; roles: pulumi.Resource[] } {
    const { name, project } = this.config;
    const account = new Account(
      `${this.prefix}-nodes`,
      { accountId: `${name}-nodes`, displayName: `Nodes of ${name}` },
      { ...this.here, ...newFirst },
    );
    const roles = nodeRoles.map(
      (role) =>
        new IAMMember(
          `${this.prefix}-nodes-${role.split(".").pop()}`,
          { project, role, member: pulumi.interpolate`serviceAccount:${account.email}` },
          this.here,
        ),
    );
    return { account, roles };
  }

  private createCluster(
    network: GkeNetwork,
    keyName: pulumi.Input<string>,
    account: Account,
    dependsOn: pulumi.Resource[],
  ): container.Cluster {
    const { config } = this;
    return new container.Cluster(
      this.prefix,
      {
        name: this.cloudName,
        location: config.region,
        nodeLocations: config.zones,
        ...versionSettings(config.kubernetesVersion),
        ...networkSettings(network, config.apiAccess),
        workloadIdentityConfig: { workloadPool: `${config.project}.svc.id.goog` },
        databaseEncryption: { state: "ENCRYPTED", keyName },
        addonsConfig: {
          gcePersistentDiskCsiDriverConfig: { enabled: true },
          gcpFilestoreCsiDriverConfig: { enabled: config.fileSystem },
        },
        // Pools are resources of their own; the one that every cluster is born with lives for minutes.
        removeDefaultNodePool: true,
        initialNodeCount: 1,
        nodeConfig: { serviceAccount: account.email, bootDiskKmsKey: keyName },
        enableShieldedNodes: true,
        resourceLabels: config.tags,
        deletionProtection: config.protect,
      },
      {
        ...this.here,
        ...newFirst,
        protect: config.protect,
        dependsOn,
        replacementTrigger: this.clusterIdentifier,
        // What is left of the pool that is gone; a difference would replace the cluster: https://github.com/pulumi/pulumi-gcp/issues/88
        ignoreChanges: ["nodeConfig", "initialNodeCount", "nodeVersion"],
      },
    );
  }
}

/** Patches come to the control plane by themselves; minor versions and nodes wait for the stack file. */
function versionSettings(kubernetesVersion: string) {
  return {
    minMasterVersion: kubernetesVersion,
    releaseChannel: { channel: "REGULAR" },
    maintenancePolicy: {
      recurringWindow: {
        startTime: "2026-01-03T00:00:00Z",
        endTime: "2026-01-03T08:00:00Z",
        recurrence: "FREQ=WEEKLY;BYDAY=SA,SU",
      },
      maintenanceExclusions: [
        {
          exclusionName: "upgrades-by-stack-file",
          startTime: "2026-01-01T00:00:00Z",
          exclusionOptions: { scope: "NO_MINOR_OR_NODE_UPGRADES", endTimeBehavior: "UNTIL_END_OF_SUPPORT" },
        },
      ],
    },
  };
}

/** Dataplane V2 enforces NetworkPolicy by itself: `networkPolicy` must stay away. */
function networkSettings(network: GkeNetwork, access: VendorConfig<"gke">["apiAccess"]) {
  return {
    network: network.network,
    subnetwork: network.subnetwork,
    networkingMode: "VPC_NATIVE",
    ipAllocationPolicy: {
      clusterSecondaryRangeName: network.podRange,
      servicesSecondaryRangeName: network.serviceRange,
    },
    datapathProvider: "ADVANCED_DATAPATH",
    privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: access.private },
    masterAuthorizedNetworksConfig: {
      cidrBlocks: access.authorizedCidrs.map((cidrBlock) => ({ cidrBlock })),
      gcpPublicCidrsAccessEnabled: false,
    },
  };
}

function identityOf(config: VendorConfig<"gke">): string {
  const { network, encryptionKey } = config;
  const own = [network.cidr, network.podCidr, network.serviceCidr];
  const { existing } = network;
  const ranges =
    existing === undefined ? own : [existing.network, existing.subnetwork, existing.podRange, existing.serviceRange];
  return clusterIdentity("gke", `${config.project}/${config.region}`, config, [...ranges, encryptionKey]);
}

function kubeconfigOf(cluster: container.Cluster, name: string): pulumi.Output<string> {
  const exec = {
    command: helper.command,
    // Otherwise it asks `gcloud` who is logged in there, which may be nobody, or somebody else than made the cluster.
    args: ["--use_application_default_credentials"],
    installHint: `Install ${helper.origin}`,
    provideClusterInfo: true,
  };
  return pulumi
    .all([cluster.endpoint, cluster.masterAuth.clusterCaCertificate])
    .apply(([address, authority]) =>
      execKubeconfig({ name, server: `https://${address}`, certificateAuthority: authority, exec }),
    );
}
