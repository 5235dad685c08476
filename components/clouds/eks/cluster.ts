/** Amazon Elastic Kubernetes Service: https://docs.aws.amazon.com/eks/latest/userguide/ */
import { LogGroup } from "@pulumi/aws/cloudwatch";
import * as eks from "@pulumi/aws/eks";
import * as kms from "@pulumi/aws/kms";
import { Provider } from "@pulumi/aws/provider";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import { requireHelper } from "../helper-program";
import { clusterIdentity, clusterName, newFirst } from "../identity";
import { execKubeconfig, type ExecUser } from "../kubeconfig";
import { createKubernetesProvider } from "../kubernetes-provider";
import type { ManagedCluster, StorageDrivers } from "../managed-cluster";
import { grantAccess, openPrivateApi } from "./access";
import { afterNodes, beforeNodes, createAddon } from "./addons";
import { EksAutoscaler } from "./autoscaler";
import { EksFileSystem } from "./file-system";
import { autoscaler } from "./specs/autoscaler";
import { eksNetwork, placeOf, type EksNetwork } from "./network";
import { createNodeGroups } from "./node-groups";
import {
  autoscalerStatements,
  createRole,
  secretsKeyStatement,
  volumeKeyStatements,
  type RoleWithPolicies,
} from "./roles";
import { buildBlockDriver, buildFileDriver } from "./storage";

const helper = { command: "aws", origin: "version 2 of the AWS CLI, https://docs.aws.amazon.com/cli/" };

/** An EKS cluster with its network, nodes, add-ons, key and, when asked for, a file system. */
export class EksCluster extends pulumi.ComponentResource implements ManagedCluster {
  readonly name: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;
  readonly clusterIdentifier: string;
  readonly provider: k8s.Provider;
  readonly storage: StorageDrivers;
  readonly networkPolicyEnforced = true;
  readonly loadBalancersKeepClients = false;
  readonly dnsDomain = "cluster.local";
  /** Options of everything made at AWS. */
  private readonly here: { parent: EksCluster; provider: Provider };
  /** Name at AWS. */
  private readonly cloudName: string;

  constructor(
    private readonly prefix: string,
    private readonly config: VendorConfig<"eks">,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("blockchain-clusters:cluster:EksCluster", prefix, {}, opts);
    requireHelper("eks", helper);
    this.here = { parent: this, provider: this.createCloudProvider() };
    this.clusterIdentifier = identityOf(config);
    this.cloudName = clusterName(config.name, this.clusterIdentifier);
    const keyArn = config.encryptionKey ?? this.createKey().arn;
    const network = eksNetwork(`${prefix}-network`, config, { parent: this, providers: [this.here.provider] });
    const cluster = this.createCluster(network, keyArn);
    const ready = [
      ...this.createNodes(cluster, network, keyArn),
      ...this.grantAccess(cluster),
      ...this.openApi(cluster, network),
    ];
    this.name = cluster.name;
    this.kubeconfig = pulumi.secret(kubeconfigOf(cluster, this.cloudName, config));
    this.provider = createKubernetesProvider(`${prefix}-kubernetes`, this, this, ready);
    this.createAutoscaler(cluster);
    this.storage = this.createStorage(cluster, network, keyArn);
    this.registerOutputs({ name: this.name, kubeconfig: this.kubeconfig });
  }

  private createCloudProvider(): Provider {
    const { region, credentials, tags, name } = this.config;
    return new Provider(
      `${this.prefix}-aws`,
      {
        region,
        profile: credentials.profile,
        assumeRoles: credentials.roleArn === undefined ? undefined : [{ roleArn: credentials.roleArn }],
        defaultTags: { tags: { "blockchain-clusters": name, ...tags } },
      },
      { parent: this },
    );
  }

  /** Whoever loses it loses every ledger in the cluster, so it outlives its deletion by a while. */
  private createKey(): kms.Key {
    return new kms.Key(
      `${this.prefix}-key`,
      {
        description: `Kubernetes secrets, ledgers and files of ${this.config.name}`,
        enableKeyRotation: true,
        deletionWindowInDays: this.config.environment === "production" ? 30 : 7,
      },
      { ...this.here, protect: this.config.protect },
    );
  }

  private createCluster(network: EksNetwork, keyArn: pulumi.Input<string>): eks.Cluster {
    const { config } = this;
    const role = this.createRole("control-plane", {
      service: "eks.amazonaws.com",
      policies: ["AmazonEKSClusterPolicy"],
      statements: [secretsKeyStatement(keyArn)],
    });
    return new eks.Cluster(
      this.prefix,
      {
        name: this.cloudName,
        version: config.kubernetesVersion,
        roleArn: role.arn,
        vpcConfig: {
          subnetIds: network.privateSubnetIds,
          endpointPrivateAccess: true,
          endpointPublicAccess: !config.apiAccess.private,
          publicAccessCidrs: config.apiAccess.private ? undefined : config.apiAccess.authorizedCidrs,
        },
        kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: config.network.serviceCidr },
        accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
        encryptionConfig: { provider: { keyArn }, resources: ["secrets"] },
        enabledClusterLogTypes: ["api", "audit", "authenticator"],
        // All add-ons are resources of their own; what EKS installs by itself would be there twice.
        bootstrapSelfManagedAddons: false,
        // With STANDARD, EKS upgrades the control plane by itself at the end of support.
        upgradePolicy: { supportType: "EXTENDED" },
        deletionProtection: config.protect,
      },
      {
        ...this.here,
        ...newFirst,
        protect: config.protect,
        replacementTrigger: this.clusterIdentifier,
        // EKS does not tell it any more after creation: https://github.com/pulumi/pulumi-eks/pull/1208
        ignoreChanges: ["accessConfig.bootstrapClusterCreatorAdminPermissions"],
        dependsOn: [...role.policies, this.createLogGroup()],
      },
    );
  }

  /** EKS makes one when it finds none, without an end to what it keeps. */
  private createLogGroup(): LogGroup {
    return new LogGroup(
      `${this.prefix}-logs`,
      {
        name: `/aws/eks/${this.cloudName}/cluster`,
        retentionInDays: this.config.environment === "production" ? 90 : 7,
      },
      { ...this.here, ...newFirst },
    );
  }

  /** Add-ons that nodes wait for, the nodes, and add-ons that wait for nodes. */
  private createNodes(cluster: eks.Cluster, network: EksNetwork, keyArn: pulumi.Input<string>): pulumi.Resource[] {
    const { config, prefix } = this;
    const role = this.createRole("nodes", {
      service: "ec2.amazonaws.com",
      // The CNI's policy is here and not with a Pod Identity, whose agent needs a network to start.
      policies: ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"],
    });
    const before = beforeNodes.map((spec) => createAddon(prefix, spec, config, cluster, this.here));
    const groups = createNodeGroups(prefix, { config, cluster, network, role, before }, this.here);
    const drivers = this.createDriverRoles(keyArn);
    const dependsOn = [...groups, ...drivers.policies];
    const after = new Map<string, eks.Addon>();
    for (const spec of afterNodes(drivers)) {
      const earlier = [spec.after].flatMap((name) => after.get(name ?? "") ?? []);
      const options = { ...this.here, dependsOn: [...dependsOn, ...earlier] };
      after.set(spec.addonName, createAddon(prefix, spec, config, cluster, options));
    }
    return [...groups, ...after.values()];
  }

  /** EKS has none of its own. A pod learns at its start who it is at AWS, so that comes first. */
  private createAutoscaler(cluster: eks.Cluster): EksAutoscaler {
    const { arn, policies } = this.createRole("autoscaler", {
      service: "pods.eks.amazonaws.com",
      statements: autoscalerStatements(this.cloudName),
    });
    const { name: serviceAccount, namespace } = autoscaler;
    const identity = new eks.PodIdentityAssociation(
      `${this.prefix}-autoscaler`,
      { clusterName: cluster.name, namespace, serviceAccount, roleArn: arn },
      { ...this.here, dependsOn: policies },
    );
    return new EksAutoscaler(
      `${this.prefix}-autoscaler`,
      { config: this.config, cluster: this.cloudName, identity },
      { parent: this, providers: [this.provider] },
    );
  }

  private createDriverRoles(keyArn: pulumi.Input<string>) {
    const service = "pods.eks.amazonaws.com";
    const block = this.createRole("ebs-csi", {
      service,
      policies: ["service-role/AmazonEBSCSIDriverPolicy"],
      statements: volumeKeyStatements(keyArn),
    });
    if (!this.config.fileSystem) return { block: block.arn, policies: block.policies };
    const file = this.createRole("efs-csi", { service, policies: ["service-role/AmazonEFSCSIDriverPolicy"] });
    return { block: block.arn, file: file.arn, policies: [...block.policies, ...file.policies] };
  }

  private grantAccess(cluster: eks.Cluster): pulumi.Resource[] {
    const { region, admins, viewers } = this.config;
    const all = { cluster, region };
    return [
      ...grantAccess(
        `${this.prefix}-admin`,
        { ...all, principals: admins, policy: "AmazonEKSClusterAdminPolicy" },
        this.here,
      ),
      ...grantAccess(
        `${this.prefix}-viewer`,
        { ...all, principals: viewers, policy: "AmazonEKSAdminViewPolicy" },
        this.here,
      ),
    ];
  }

  /** A private API answers the whole of its network, and the networks beside it that the stack file names. */
  private openApi(cluster: eks.Cluster, network: EksNetwork): pulumi.Resource[] {
    const { apiAccess } = this.config;
    if (!apiAccess.private) return [];
    return [openPrivateApi(`${this.prefix}-api`, cluster, [network.cidr, ...apiAccess.authorizedCidrs], this.here)];
  }

  private createStorage(cluster: eks.Cluster, network: EksNetwork, keyArn: pulumi.Input<string>): StorageDrivers {
    const block = buildBlockDriver({ keyArn });
    if (!this.config.fileSystem) return { block };
    const fileSystem = new EksFileSystem(
      `${this.prefix}-files`,
      {
        network,
        place: placeOf(this.config),
        nodes: cluster.vpcConfig.clusterSecurityGroupId,
        keyArn,
        protect: this.config.protect,
      },
      { parent: this, providers: [this.here.provider] },
    );
    const file = buildFileDriver({ fileSystemId: fileSystem.id });
    return { block, file: { ...file, dependsOn: fileSystem.reachable } };
  }

  private createRole(role: string, spec: Parameters<typeof createRole>[2]): RoleWithPolicies {
    return createRole(`${this.prefix}-${role}`, this.config.region, spec, this.here);
  }
}

function identityOf(config: VendorConfig<"eks">): string {
  const { network, region, encryptionKey } = config;
  return clusterIdentity("eks", region, config, [network.serviceCidr, placeOf(config), encryptionKey]);
}

/** No token in it: tokens live for 15 minutes, and a kubeconfig that changes in every run changes the provider. */
function kubeconfigOf(cluster: eks.Cluster, name: string, config: VendorConfig<"eks">): pulumi.Output<string> {
  return pulumi
    .all([cluster.endpoint, cluster.certificateAuthority.data])
    .apply(([server, certificateAuthority]) =>
      execKubeconfig({ name, server, certificateAuthority, exec: execUser(name, config) }),
    );
}

function execUser(name: string, { region, credentials }: VendorConfig<"eks">): ExecUser {
  const { roleArn, profile } = credentials;
  return {
    command: helper.command,
    args: [
      ...["--region", region, "eks", "get-token", "--cluster-name", name, "--output", "json"],
      ...(roleArn === undefined ? [] : ["--role-arn", roleArn]),
      ...(profile === undefined ? [] : ["--profile", profile]),
    ],
    installHint: `Install ${helper.origin}`,
  };
}
