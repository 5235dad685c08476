/** Alibaba Cloud Container Service for Kubernetes: https://www.alibabacloud.com/help/en/ack/ */
import * as cs from "@pulumi/alicloud/cs";
import * as kms from "@pulumi/alicloud/kms";
import { Provider } from "@pulumi/alicloud/provider";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import { AckFileSystem } from "./file-system";
import { ackNetwork, placeOf, type AckNetwork } from "./network";
import { createAckNodePools } from "./node-pools";
import { buildBlockDriver, buildFileDriver } from "./storage";
import { clusterIdentity, clusterName, newFirst } from "../identity";
import { normalizeKubeconfig, withServer } from "../kubeconfig";
import { createKubernetesProvider } from "../kubernetes-provider";
import type { ManagedCluster, StorageDrivers } from "../managed-cluster";

/**
 * Components of ACK: https://www.alibabacloud.com/help/en/ack/product-overview/component-overview
 * Those that are left out come with every cluster.
 */
const addons: { name: string; config?: string; disabled?: boolean }[] = [
  // Terway enforces NetworkPolicy when told to. Values are text on purpose.
  { name: "terway-eniip", config: JSON.stringify({ ENITrunking: "false", IPVlan: "false", NetworkPolicy: "true" }) },
  { name: "csi-plugin" },
  { name: "managed-csiprovisioner" },
  // Brings snapshots, among others.
  { name: "storage-operator" },
  { name: "metrics-server" },
  // A load balancer that faces the internet, which nobody asked for.
  { name: "nginx-ingress-controller", disabled: true },
];

/** An ACK Pro cluster with its network, nodes, key and, when asked for, a file system. */
export class AckCluster extends pulumi.ComponentResource implements ManagedCluster {
  readonly name: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;
  readonly clusterIdentifier: string;
  readonly provider: k8s.Provider;
  readonly storage: StorageDrivers;
  readonly networkPolicyEnforced = true;
  readonly loadBalancersKeepClients = false;
  readonly dnsDomain = "cluster.local";
  /** Options of everything made at Alibaba Cloud. */
  private readonly here: { parent: AckCluster; provider: Provider };
  private readonly tags: Record<string, string>;
  /** Name at Alibaba Cloud. */
  private readonly cloudName: string;

  constructor(
    private readonly prefix: string,
    private readonly config: VendorConfig<"ack">,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("blockchain-clusters:cluster:AckCluster", prefix, {}, opts);
    this.here = {
      parent: this,
      provider: new Provider(`${prefix}-alicloud`, { region: config.region }, { parent: this }),
    };
    this.tags = { "blockchain-clusters": config.name, ...config.tags };
    this.clusterIdentifier = identityOf(config);
    this.cloudName = clusterName(config.name, this.clusterIdentifier);
    const below = { parent: this, providers: [this.here.provider] };
    const keyId = config.encryptionKey ?? this.createKey().id;
    const network = ackNetwork(`${prefix}-network`, config, this.tags, below);
    const cluster = this.createCluster(network, keyId);
    const pools = createAckNodePools(
      prefix,
      { config, clusterId: cluster.id, network, keyId, tags: this.tags, dependsOn: network.ready },
      this.here,
    );
    this.name = cluster.name;
    this.kubeconfig = pulumi.secret(this.readKubeconfig(cluster));
    const ready = [...pools, this.createAutoscaler(cluster)];
    this.provider = createKubernetesProvider(`${prefix}-kubernetes`, this, this, ready);
    this.storage = this.createStorage(network, keyId, below);
    this.registerOutputs({ name: this.name, kubeconfig: this.kubeconfig });
  }

  /**
   * Outside of a KMS instance the account's default key of the region. There is one, for whoever else uses it, too: so it
   * is never deleted, and a second stack in the region names it as `encryptionKey`, or an instance.
   */
  private createKey(): kms.Key {
    const { environment, name, protect, kmsInstanceId } = this.config;
    return new kms.Key(
      `${this.prefix}-key`,
      {
        description: `Kubernetes secrets and disks of ${name}`,
        dkmsInstanceId: kmsInstanceId,
        automaticRotation: "Enabled",
        rotationInterval: "365d",
        pendingWindowInDays: environment === "production" ? 30 : 7,
        deletionProtection: protect ? "Enabled" : "Disabled",
        tags: this.tags,
      },
      { ...this.here, protect, retainOnDelete: kmsInstanceId === undefined },
    );
  }

  private createCluster(network: AckNetwork, keyId: pulumi.Input<string>): cs.ManagedKubernetes {
    const { config } = this;
    return new cs.ManagedKubernetes(
      this.prefix,
      {
        name: this.cloudName,
        version: config.kubernetesVersion,
        // Encrypted secrets and managed node pools are for Pro clusters only.
        clusterSpec: "ack.pro.small",
        profile: "Default",
        vswitchIds: network.vswitchIds,
        podVswitchIds: network.podVswitchIds,
        serviceCidr: config.network.serviceCidr,
        newNatGateway: false,
        isEnterpriseSecurityGroup: true,
        // ACK lets nobody say who reaches a public address: see docs/clouds.md.
        slbInternetEnabled: false,
        encryptionProviderKey: keyId,
        disableEncryption: false,
        // Identities for service accounts. Cannot be turned off again.
        enableRrsa: true,
        addons,
        operationPolicy: { clusterAutoUpgrade: { enabled: false } },
        // Otherwise an upgrade takes all nodes with it, at once.
        upgradePolicy: { controlPlaneOnly: true },
        deletionProtection: config.protect,
        // What Services and Ingresses made goes with the cluster.
        deleteOptions: ["SLB", "ALB"].map((resourceType) => ({ resourceType, deleteMode: "delete" })),
        // It would lie in the state for nothing: the kubeconfig has it.
        skipSetCertificateAuthority: true,
        tags: this.tags,
      },
      {
        ...this.here,
        ...newFirst,
        protect: config.protect,
        dependsOn: network.ready,
        replacementTrigger: this.clusterIdentifier,
        // Only read when a cluster is made: https://www.pulumi.com/registry/packages/alicloud/api-docs/cs/managedkubernetes/
        ignoreChanges: ["addons"],
      },
    );
  }

  private createAutoscaler(cluster: cs.ManagedKubernetes): cs.AutoscalingConfig {
    return new cs.AutoscalingConfig(
      `${this.prefix}-autoscaler`,
      {
        clusterId: cluster.id,
        scalerType: "cluster-autoscaler",
        expander: "least-waste",
        scaleDownEnabled: true,
        scaleUpFromZero: true,
        // Chaincode and the like keep scratch files in their pods.
        skipNodesWithLocalStorage: false,
        skipNodesWithSystemPods: true,
      },
      this.here,
    );
  }

  private createStorage(
    network: AckNetwork,
    keyId: pulumi.Input<string>,
    below: pulumi.ComponentResourceOptions,
  ): StorageDrivers {
    const block = buildBlockDriver({ keyId });
    if (!this.config.fileSystem) return { block };
    const args = { cluster: this.cloudName, network, protect: this.config.protect, tags: this.tags };
    const { mountTargetDomain, mountTarget } = new AckFileSystem(`${this.prefix}-files`, args, below);
    return { block, file: { ...buildFileDriver({ mountTargetDomain }), dependsOn: [mountTarget] } };
  }

  /**
   * The long-lived certificate: a temporary one would be another in every run. The address is the one in the VPC, for
   * there is no other; the function tells of the public one.
   */
  private readKubeconfig(cluster: cs.ManagedKubernetes): pulumi.Output<string> {
    const readFile = () => {
      throw new Error("a kubeconfig of ACK refers to no files");
    };
    const { kubeConfig } = cs.getClusterCredentialOutput({ clusterId: cluster.id }, this.here);
    return pulumi.all([kubeConfig, cluster.connections.apiServerIntranet]).apply(([text, server]) => {
      const found = normalizeKubeconfig(text, { readFile });
      return server === "" ? found : withServer(found, server);
    });
  }
}

function identityOf(config: VendorConfig<"ack">): string {
  const { network, region, encryptionKey, kmsInstanceId } = config;
  return clusterIdentity("ack", region, config, [network.serviceCidr, placeOf(config), encryptionKey, kmsInstanceId]);
}
