/** Alibaba Cloud Container Service for Kubernetes: https://www.alibabacloud.com/help/en/ack/ */
import * as cs from "@pulumi/alicloud/cs";
import { Provider } from "@pulumi/alicloud/provider";
import * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import type { Cloud, CloudContext, CreatedCluster } from "../cloud-cluster";
import { clusterIdentity, newFirst } from "../identity";
import { normalizeKubeconfig, withServer } from "../kubeconfig";
import type { StorageDrivers } from "../managed-cluster";
import { AckFileSystem } from "./file-system";
import { createAckKey } from "./key";
import { createAckNetwork, networkIdentity, type AckNetwork } from "./network";
import { createNodePools } from "./node-pools";
import { buildBlockDriver, buildFileDriver } from "./storage";

/** An ACK Pro cluster with its network, nodes, key and, when asked for, a file system. */
export const ack: Cloud<"ack"> = {
  componentType: "AckCluster",
  loadBalancersKeepClients: false,
  helperFor: () => undefined,
  identityOf,
  createProvider: ({ prefix, config }, opts) => new Provider(`${prefix}-alicloud`, { region: config.region }, opts),
  createCluster,
};

/**
 * Components of ACK: https://www.alibabacloud.com/help/en/ack/product-overview/component-overview
 * Components that are missing here come with every cluster.
 */
const addons: { name: string; config?: string; disabled?: boolean }[] = [
  // Terway enforces NetworkPolicy only with this setting. ACK wants its values as text.
  { name: "terway-eniip", config: JSON.stringify({ ENITrunking: "false", IPVlan: "false", NetworkPolicy: "true" }) },
  { name: "csi-plugin" },
  { name: "managed-csiprovisioner" },
  // Brings snapshots, among others.
  { name: "storage-operator" },
  { name: "metrics-server" },
  // Without this entry ACK installs an ingress controller with a load balancer that faces the internet.
  { name: "nginx-ingress-controller", disabled: true },
];

function createCluster(context: CloudContext<"ack">): CreatedCluster {
  const { prefix, config, tags, resourceOptions } = context;
  const keyId = config.encryptionKey ?? createAckKey(context).id;
  const network = createAckNetwork(context);
  const cluster = createControlPlane(context, network, keyId);
  const pools = createNodePools(
    prefix,
    { config, clusterId: cluster.id, network, keyId, tags, dependsOn: network.ready },
    resourceOptions,
  );
  return {
    name: cluster.name,
    kubeconfig: readKubeconfig(context, cluster),
    ready: [...pools, createAutoscaler(context, cluster)],
    storage: createStorage(context, network, keyId),
  };
}

function createControlPlane(
  { prefix, config, tags, clusterIdentifier, cloudName, resourceOptions }: CloudContext<"ack">,
  network: AckNetwork,
  keyId: pulumi.Input<string>,
): cs.ManagedKubernetes {
  return new cs.ManagedKubernetes(
    prefix,
    {
      name: cloudName,
      version: config.kubernetesVersion,
      // Encrypted secrets and managed node pools are for Pro clusters only.
      clusterSpec: "ack.pro.small",
      profile: "Default",
      vswitchIds: network.vswitchIds,
      podVswitchIds: network.podVswitchIds,
      serviceCidr: config.network.serviceCidr,
      newNatGateway: false,
      isEnterpriseSecurityGroup: true,
      // ACK cannot limit the networks that reach a public address: see docs/clouds.md.
      slbInternetEnabled: false,
      encryptionProviderKey: keyId,
      disableEncryption: false,
      // Identities for service accounts. ACK cannot turn them off again.
      enableRrsa: true,
      addons,
      operationPolicy: { clusterAutoUpgrade: { enabled: false } },
      // Without it, an upgrade of the control plane upgrades all nodes at once.
      upgradePolicy: { controlPlaneOnly: true },
      deletionProtection: config.protect,
      // Load balancers of Services and Ingresses are deleted with the cluster.
      deleteOptions: ["SLB", "ALB"].map((resourceType) => ({ resourceType, deleteMode: "delete" })),
      // The kubeconfig has the CA already; a second copy in the state has no use.
      skipSetCertificateAuthority: true,
      tags,
    },
    {
      ...resourceOptions,
      ...newFirst,
      protect: config.protect,
      dependsOn: network.ready,
      replacementTrigger: clusterIdentifier,
      // ACK reads add-ons only at creation:
      // https://www.pulumi.com/registry/packages/alicloud/api-docs/cs/managedkubernetes/
      ignoreChanges: ["addons"],
    },
  );
}

function createAutoscaler(
  { prefix, resourceOptions }: CloudContext<"ack">,
  cluster: cs.ManagedKubernetes,
): cs.AutoscalingConfig {
  return new cs.AutoscalingConfig(
    `${prefix}-autoscaler`,
    {
      clusterId: cluster.id,
      scalerType: "cluster-autoscaler",
      expander: "least-waste",
      scaleDownEnabled: true,
      scaleUpFromZero: true,
      // Pods of chaincode and other programs keep scratch files.
      skipNodesWithLocalStorage: false,
      skipNodesWithSystemPods: true,
    },
    resourceOptions,
  );
}

function createStorage(
  { prefix, config, tags, cloudName, componentOptions }: CloudContext<"ack">,
  network: AckNetwork,
  keyId: pulumi.Input<string>,
): StorageDrivers {
  const block = buildBlockDriver({ keyId });
  if (!config.fileSystem) return { block };
  const args = { cluster: cloudName, network, protect: config.protect, tags };
  const { mountTargetDomain, mountTarget } = new AckFileSystem(`${prefix}-files`, args, componentOptions);
  return { block, file: { ...buildFileDriver({ mountTargetDomain }), dependsOn: [mountTarget] } };
}

/**
 * Long-lived certificate: a temporary one would differ in every run. The function returns the public address; the
 * cluster has the address in its VPC alone.
 */
function readKubeconfig(
  { resourceOptions }: CloudContext<"ack">,
  cluster: cs.ManagedKubernetes,
): pulumi.Output<string> {
  const readFile = () => {
    throw new Error("a kubeconfig of ACK refers to no files");
  };
  const { kubeConfig } = cs.getClusterCredentialOutput({ clusterId: cluster.id }, resourceOptions);
  return pulumi.all([kubeConfig, cluster.connections.apiServerIntranet]).apply(([text, server]) => {
    const found = normalizeKubeconfig(text, { readFile });
    return server === "" ? found : withServer(found, server);
  });
}

function identityOf(config: VendorConfig<"ack">): string {
  const { network, region, encryptionKey, kmsInstanceId } = config;
  return clusterIdentity("ack", region, config, [
    network.serviceCidr,
    networkIdentity(config),
    encryptionKey,
    kmsInstanceId,
  ]);
}
