/**
 * GKE. Sources of replacements: hashicorp/terraform-provider-google, google/services/container; of deletion protection
 * and defaults: https://www.pulumi.com/registry/packages/gcp/api-docs/container/cluster/.
 */
import type * as container from "@pulumi/gcp/container";
import { isMap, type PropertyMap, type PropertyValue } from "../../../../provider/framework/property-value";
import type { CloudResource } from "../cloud";
import { text } from "../cloud-style";
import { accessOf, leftInCluster, stopCluster, takeCluster } from "../kubernetes";
import { resource, type Draft, type ResourceType } from "../resource-type";
import { byAnyName, networkType, subnetworkType } from "./network";
import { projectOf } from "./project";

const clusterType = "gcp:container/cluster:Cluster";

/** CSI drivers whose volumes are disks, or file servers, of the project. */
const diskDrivers = ["pd.csi.storage.gke.io", "filestore.csi.storage.gke.io"];

/** Endpoint of an API server. Unlike a cloud's, it has a port. */
function endpointOf(draft: Draft): string {
  return accessOf(draft).server.replace(/^https:\/\//, "");
}

function labels(draft: Draft, name: string): PropertyValue {
  return { ...((draft.inputs[name] as PropertyMap | undefined) ?? {}), "goog-pulumi-provisioned": "true" };
}

export const containerResources: Record<string, ResourceType> = {
  [clusterType]: resource<container.ClusterArgs, container.Cluster>({
    required: {},
    autoname: "name",
    replaces: [
      "name",
      "location",
      "project",
      "network",
      "subnetwork",
      "networkingMode",
      "ipAllocationPolicy",
      "clusterIpv4Cidr",
      "datapathProvider",
      "defaultMaxPodsPerNode",
      "initialNodeCount",
      "nodePools",
      "nodeConfig",
      "enableAutopilot",
      "enableKubernetesAlpha",
      "enableTpu",
      "description",
      "masterAuth.clientCertificateConfig",
      "privateClusterConfig.masterIpv4CidrBlock",
      "confidentialNodes",
    ],
    refers: [byAnyName("network", networkType, "refuse"), byAnyName("subnetwork", subnetworkType, "refuse")],
    problems: clusterProblems,
    refusesCreate: ({ inputs, cloud }) => refuseCluster(inputs, cloud),
    refusesUpdate: ({ inputs }, previous) => refuseUpgrade(inputs, previous),
    // The provider reads the state, so `false` must have been applied before: pulumi-gcp#1394. Default: on.
    refusesDelete: ({ inputs }) =>
      inputs.deletionProtection !== false
        ? "Cannot destroy cluster because deletion_protection is set to true. Set it to false to proceed with cluster deletion."
        : undefined,
    id: (draft) =>
      `projects/${projectOf(draft)}/locations/${text(draft.inputs.location)}/clusters/${text(draft.inputs.name)}`,
    deleted: stopCluster,
    // Snapshots come with the driver: https://cloud.google.com/kubernetes-engine/docs/how-to/persistent-volumes/volume-snapshots
    hidden: ({ inputs, cloud }) => takeCluster(cloud, { takesSnapshots: hasDiskDriver(inputs) }),
    outputs: {
      effectiveLabels: (draft) => labels(draft, "resourceLabels"),
      pulumiLabels: (draft) => labels(draft, "resourceLabels"),
      endpoint: endpointOf,
      labelFingerprint: () => "a9dc16a7",
      masterAuth: (draft) => ({
        clientCertificate: "",
        clientKey: "",
        clusterCaCertificate: accessOf(draft).authority,
      }),
      masterVersion: ({ inputs }) => `${text(inputs.minMasterVersion) || "1.34"}.1-gke.100`,
      controlPlaneEndpointsConfig: (draft) => dnsEndpoint(draft),
      project: (draft) => projectOf(draft),
      selfLink: ({ id }) => `https://container.googleapis.com/v1/${id}`,
    },
    moves: {
      masterVersion: ["minMasterVersion"],
      controlPlaneEndpointsConfig: ["controlPlaneEndpointsConfig"],
      effectiveLabels: ["resourceLabels"],
      pulumiLabels: ["resourceLabels"],
    },
    unforeseen: ["masterVersion"],
    secrets: ["masterAuth"],
    leftovers: (made) =>
      leftInCluster(made, diskDrivers, {
        [networkType]: [text(made.inputs.network)],
        [subnetworkType]: [text(made.inputs.subnetwork)],
      }),
  }),
  "gcp:container/nodePool:NodePool": resource<container.NodePoolArgs, container.NodePool>({
    required: { cluster: true },
    autoname: "name",
    replaces: [
      "name",
      "namePrefix",
      "cluster",
      "location",
      "project",
      "initialNodeCount",
      "maxPodsPerNode",
      "placementPolicy",
      "networkConfig.createPodRange",
      "networkConfig.podRange",
      "networkConfig.podIpv4CidrBlock",
      // Machine type, disk, image, labels, tags and taints change in place, node by node.
      ...(
        [
          "bootDiskKmsKey",
          "confidentialNodes",
          "ephemeralStorageLocalSsdConfig",
          "guestAccelerators",
          "gvnic",
          "localSsdCount",
          "metadata",
          "minCpuPlatform",
          "oauthScopes",
          "preemptible",
          "serviceAccount",
          "shieldedInstanceConfig",
          "spot",
        ] as const
      ).map((name) => `nodeConfig.${name}` as const),
    ],
    refers: [byAnyName("cluster", clusterType, "cascade")],
    problems: nodePoolProblems,
    id: (draft) => `${clusterOf(draft)?.id ?? text(draft.inputs.cluster)}/nodePools/${text(draft.inputs.name)}`,
    outputs: {
      instanceGroupUrls: ({ inputs }) => [
        `https://www.googleapis.com/compute/v1/instanceGroupManagers/${text(inputs.name)}`,
      ],
      managedInstanceGroupUrls: ({ inputs }) => [
        `https://www.googleapis.com/compute/v1/instanceGroups/${text(inputs.name)}`,
      ],
      operation: () => "",
      project: (draft) => projectOf(draft),
      version: (draft) => draft.inputs.version ?? clusterOf(draft)?.outputs.masterVersion ?? "",
    },
    moves: { version: ["version"] },
  }),
};

function hasDiskDriver({ addonsConfig }: PropertyMap): boolean {
  const { gcePersistentDiskCsiDriverConfig } = (addonsConfig ?? {}) as Record<string, PropertyMap | undefined>;
  return gcePersistentDiskCsiDriverConfig?.enabled !== false;
}

function clusterOf({ inputs, cloud }: Pick<Draft, "inputs" | "cloud">): CloudResource | undefined {
  const name = text(inputs.cluster);
  return cloud.list(clusterType).find((cluster) => cluster.id === name || cluster.inputs.name === name);
}

function clusterProblems(inputs: PropertyMap): string[] {
  const { datapathProvider, networkPolicy, nodePools, removeDefaultNodePool, name } = inputs;
  return [
    ...(datapathProvider === "ADVANCED_DATAPATH" && isMap(networkPolicy) && networkPolicy.enabled === true
      ? ["Enabling NetworkPolicy for clusters with DatapathProvider=ADVANCED_DATAPATH is not allowed"]
      : []),
    ...(nodePools !== undefined && removeDefaultNodePool === true
      ? ["nodePools conflicts with removeDefaultNodePool"]
      : []),
    ...(typeof name === "string" && !/^[a-z][-a-z0-9]{0,38}[a-z0-9]$/.test(name)
      ? [`Invalid value for field "cluster.name": "${name}": 40 characters at most, beginning with a letter`]
      : []),
  ];
}

function refuseCluster(inputs: PropertyMap, cloud: Draft["cloud"]): string | undefined {
  if (inputs.location === undefined) {
    return "Cannot determine location: set location in this resource, or region in the provider";
  }
  if (inputs.enableAutopilot !== true && inputs.initialNodeCount === undefined && inputs.nodePools === undefined) {
    return "googleapi: Error 400: Cluster.initial_node_count must be greater than zero.";
  }
  const subnetwork = cloud
    .list(subnetworkType)
    .find(({ id, inputs: { name }, outputs }) => [id, name, outputs.selfLink].includes(inputs.subnetwork ?? null));
  const ranges = ((subnetwork?.inputs.secondaryIpRanges ?? []) as PropertyMap[]).map(({ rangeName }) =>
    text(rangeName),
  );
  const policy = (inputs.ipAllocationPolicy ?? {}) as PropertyMap;
  const missing = ["clusterSecondaryRangeName", "servicesSecondaryRangeName"]
    .map((key) => text(policy[key]))
    .find((range) => range !== "" && subnetwork !== undefined && !ranges.includes(range));
  return missing && `googleapi: Error 400: Pod secondary range "${missing}" does not exist in network`;
}

function refuseUpgrade({ minMasterVersion }: PropertyMap, previous: CloudResource): string | undefined {
  const minor = (value: PropertyValue | undefined): number => Number(text(value).split(".")[1]);
  const [from, to] = [minor(previous.outputs.masterVersion), minor(minMasterVersion)];
  return to > from + 1
    ? `googleapi: Error 400: Master cannot be upgraded to "${text(minMasterVersion)}": cannot upgrade more than one minor version at a time`
    : undefined;
}

function dnsEndpoint(draft: Draft): PropertyValue {
  const given = (draft.inputs.controlPlaneEndpointsConfig ?? {}) as PropertyMap;
  return {
    ...given,
    dnsEndpointConfig: { ...((given.dnsEndpointConfig ?? {}) as PropertyMap), endpoint: endpointOf(draft) },
  };
}

function nodePoolProblems({ autoscaling, nodeCount, name }: PropertyMap): string[] {
  return [
    ...(autoscaling !== undefined && nodeCount !== undefined
      ? ["nodeCount must not be set together with autoscaling: each run would undo what the autoscaler did"]
      : []),
    ...(typeof name === "string" && name.length > 39
      ? [`Invalid value for field "node_pool.name": longer than 39 characters`]
      : []),
  ];
}
