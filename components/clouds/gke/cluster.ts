/** Google Kubernetes Engine: https://cloud.google.com/kubernetes-engine/docs */
import * as container from "@pulumi/gcp/container";
import { IAMMember } from "@pulumi/gcp/projects";
import { Provider } from "@pulumi/gcp/provider";
import { Account } from "@pulumi/gcp/serviceaccount";
import * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import type { Cloud, CloudContext, CreatedCluster } from "../cloud-cluster";
import { clusterIdentity, newFirst } from "../identity";
import { execKubeconfig } from "../kubeconfig";
import { GkeKey } from "./key";
import { createGkeNetwork, type GkeNetwork } from "./network";
import { createNodePools } from "./node-pools";
import { buildBlockDriver, buildFileDriver } from "./storage";

const helper = {
  command: "gke-gcloud-auth-plugin",
  origin: "it by `gcloud components install gke-gcloud-auth-plugin`, or your system's package of that name",
};

/**
 * Roles for a node's own work: logs, metrics, images.
 * https://cloud.google.com/kubernetes-engine/docs/how-to/service-accounts
 */
const nodeRoles = ["roles/container.defaultNodeServiceAccount", "roles/artifactregistry.reader"] as const;

/** A regional GKE cluster with its network, nodes and key. */
export const gke: Cloud<"gke"> = {
  componentType: "GkeCluster",
  loadBalancersKeepClients: true,
  helperFor: () => helper,
  identityOf,
  createProvider: ({ prefix, config: { project, region }, tags }, opts) =>
    new Provider(`${prefix}-gcp`, { project, region, defaultLabels: tags }, opts),
  createCluster,
};

function createCluster(context: CloudContext<"gke">): CreatedCluster {
  const { prefix, config, cloudName, resourceOptions, componentOptions } = context;
  const key = new GkeKey(`${prefix}-key`, config, componentOptions);
  const network = createGkeNetwork(context);
  const { account, roles } = createNodeAccount(context);
  const dependsOn = [...key.granted, ...network.ready, ...roles];
  const cluster = createControlPlane(context, { network, keyName: key.keyName, account, dependsOn });
  const pools = createNodePools(
    prefix,
    { config, cluster, serviceAccount: account.email, keyName: key.keyName, dependsOn },
    resourceOptions,
  );
  const { region, nodePools } = config;
  const { machineType } = nodePools.ledger;
  return {
    name: cluster.name,
    kubeconfig: kubeconfigOf(cluster, cloudName),
    ready: pools,
    storage: {
      block: buildBlockDriver({ machineType, keyName: key.keyName, region }),
      file: config.fileSystem ? buildFileDriver({ network: network.network }) : undefined,
    },
  };
}

/** Creates an account for the nodes: the project's default account has far more rights. */
function createNodeAccount({ prefix, config, resourceOptions }: CloudContext<"gke">): {
  account: Account;
  roles: pulumi.Resource[];
} {
  const { name, project } = config;
  const account = new Account(
    `${prefix}-nodes`,
    { accountId: `${name}-nodes`, displayName: `Nodes of ${name}` },
    { ...resourceOptions, ...newFirst },
  );
  const roles = nodeRoles.map(
    (role) =>
      new IAMMember(
        `${prefix}-nodes-${role.split(".").pop()}`,
        { project, role, member: pulumi.interpolate`serviceAccount:${account.email}` },
        resourceOptions,
      ),
  );
  return { account, roles };
}

interface ControlPlaneArgs {
  network: GkeNetwork;
  keyName: pulumi.Input<string>;
  /** Service account of the nodes. */
  account: Account;
  dependsOn: pulumi.Resource[];
}

function createControlPlane(
  { prefix, config, clusterIdentifier, cloudName, resourceOptions }: CloudContext<"gke">,
  { network, keyName, account, dependsOn }: ControlPlaneArgs,
): container.Cluster {
  return new container.Cluster(
    prefix,
    {
      name: cloudName,
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
      // Pools are resources of their own; the default pool of a new cluster is deleted at once.
      removeDefaultNodePool: true,
      initialNodeCount: 1,
      nodeConfig: { serviceAccount: account.email, bootDiskKmsKey: keyName },
      enableShieldedNodes: true,
      resourceLabels: config.tags,
      deletionProtection: config.protect,
    },
    {
      ...resourceOptions,
      ...newFirst,
      protect: config.protect,
      dependsOn,
      replacementTrigger: clusterIdentifier,
      // Properties of the deleted default pool: a difference would replace the cluster:
      // https://github.com/pulumi/pulumi-gcp/issues/88
      ignoreChanges: ["nodeConfig", "initialNodeCount", "nodeVersion"],
    },
  );
}

/** Version settings: GKE patches the control plane by itself; minor versions and nodes follow the stack file. */
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

/** Network settings. Dataplane V2 always enforces NetworkPolicy, and forbids the field `networkPolicy`. */
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
    // By default the helper asks `gcloud` for its login, which may be missing or belong to another identity than the
    // cluster's creator.
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
