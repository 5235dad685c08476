/** Amazon Elastic Kubernetes Service: https://docs.aws.amazon.com/eks/latest/userguide/ */
import type { Cluster } from "@pulumi/aws/eks";
import { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import type { Cloud, CloudContext, CloudProviderArgs, CreatedCluster } from "../cloud-cluster";
import { clusterIdentity } from "../identity";
import { execKubeconfig, type ExecUser } from "../kubeconfig";
import type { StorageDrivers } from "../managed-cluster";
import { grantAccess, openPrivateApi } from "./access";
import { createAutoscalerIdentity, EksAutoscaler } from "./autoscaler";
import { createControlPlane } from "./control-plane";
import { EksFileSystem } from "./file-system";
import { createEksKey } from "./key";
import { createEksNetwork, networkIdentity, type EksNetwork } from "./network";
import { createNodes } from "./nodes";
import { buildBlockDriver, buildFileDriver } from "./storage";

const helper = { command: "aws", origin: "version 2 of the AWS CLI, https://docs.aws.amazon.com/cli/" };

/** An EKS cluster with its network, nodes, add-ons, key and, when asked for, a file system. */
export const eks: Cloud<"eks"> = {
  componentType: "EksCluster",
  loadBalancersKeepClients: false,
  helperFor: () => helper,
  identityOf,
  createProvider,
  createCluster,
};

function createCluster(context: CloudContext<"eks">): CreatedCluster {
  const { prefix, config, cloudName, componentOptions } = context;
  const keyArn = config.encryptionKey ?? createEksKey(context).arn;
  const network = createEksNetwork(context);
  const cluster = createControlPlane(context, network, keyArn);
  const nodes = createNodes(context, cluster, network, keyArn);
  const access = [...grantAccess(context, cluster), ...openPrivateApi(context, cluster, network)];
  const identity = createAutoscalerIdentity(context, cluster);
  return {
    name: cluster.name,
    kubeconfig: kubeconfigOf(cluster, cloudName, config),
    ready: [...nodes, ...access],
    storage: createStorage(context, cluster, network, keyArn),
    createInside: (provider) => {
      const args = { config, cluster: cloudName, identity };
      new EksAutoscaler(`${prefix}-autoscaler`, args, { parent: componentOptions.parent, providers: [provider] });
    },
  };
}

function createProvider({ prefix, config, tags }: CloudProviderArgs<"eks">, opts: pulumi.CustomResourceOptions) {
  const { region, credentials } = config;
  return new Provider(
    `${prefix}-aws`,
    {
      region,
      profile: credentials.profile,
      assumeRoles: credentials.roleArn === undefined ? undefined : [{ roleArn: credentials.roleArn }],
      defaultTags: { tags },
    },
    opts,
  );
}

function createStorage(
  { prefix, config, componentOptions }: CloudContext<"eks">,
  cluster: Cluster,
  network: EksNetwork,
  keyArn: pulumi.Input<string>,
): StorageDrivers {
  const block = buildBlockDriver({ keyArn });
  if (!config.fileSystem) return { block };
  const fileSystem = new EksFileSystem(
    `${prefix}-files`,
    {
      network,
      networkIdentity: networkIdentity(config),
      nodes: cluster.vpcConfig.clusterSecurityGroupId,
      keyArn,
      protect: config.protect,
    },
    componentOptions,
  );
  const file = buildFileDriver({ fileSystemId: fileSystem.id });
  return { block, file: { ...file, dependsOn: fileSystem.reachable } };
}

function identityOf(config: VendorConfig<"eks">): string {
  const { network, region, encryptionKey } = config;
  return clusterIdentity("eks", region, config, [network.serviceCidr, networkIdentity(config), encryptionKey]);
}

/**
 * Kubeconfig without a token: a token lives for 15 minutes, and a kubeconfig that changes in every run changes the
 * provider.
 */
function kubeconfigOf(cluster: Cluster, name: string, config: VendorConfig<"eks">): pulumi.Output<string> {
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
