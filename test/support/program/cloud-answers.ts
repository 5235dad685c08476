/** Outputs of the clouds' providers, by type of resource or function: addresses, ids and credentials made from names. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

type Values = Record<string, unknown>;

const authority = Buffer.from("certificate authority of the cluster").toString("base64");

const kubeconfig = readFileSync(join(__dirname, "fixtures", "kubeconfig.json"), "utf8");

/** Outputs of a cloud's resource besides its inputs. */
export function cloudOutputs(type: string, name: string, inputs: Values): Values {
  switch (type) {
    case "aws:eks/cluster:Cluster":
      return {
        endpoint: "https://eks.example.com",
        certificateAuthority: { data: authority },
        vpcConfig: { ...(inputs.vpcConfig as Values), clusterSecurityGroupId: "sg-nodes" },
      };
    case "aws:ec2/launchTemplate:LaunchTemplate":
      return { latestVersion: 1 };
    case "aws:kms/key:Key":
    case "aws:iam/role:Role":
      return { arn: `arn of ${name}`, name };
    case "gcp:container/cluster:Cluster":
      return {
        endpoint: "192.0.2.20",
        masterVersion: "1.35.1-gke.100",
        masterAuth: { clusterCaCertificate: authority },
      };
    case "gcp:serviceaccount/account:Account":
      return { email: `${String(inputs.accountId)}@project.iam.gserviceaccount.com` };
    case "azure-native:resources:ResourceGroup":
      return { name: inputs.resourceGroupName };
    case "azure-native:network:VirtualNetwork":
      return { name: inputs.virtualNetworkName };
    case "azure-native:keyvault:Vault":
      return { name };
    case "azure-native:keyvault:Key":
      return { keyUriWithVersion: `https://vault.example.com/keys/${String(inputs.keyName)}/1` };
    case "azure-native:compute:DiskEncryptionSet":
      return { identity: { ...(inputs.identity as Values), principalId: `principal of ${name}` } };
    case "azure-native:managedidentity:UserAssignedIdentity":
      return { principalId: `principal of ${name}` };
    case "alicloud:cs/managedKubernetes:ManagedKubernetes":
      return { connections: { apiServerIntranet: "https://192.0.2.40:6443" } };
    case "alicloud:ecs/eipAddress:EipAddress":
      return { ipAddress: "192.0.2.30" };
    case "alicloud:nas/mountTarget:MountTarget":
      return { mountTargetDomain: "files.example.com" };
    default:
      return {};
  }
}

/** Results of clouds' functions. */
export function cloudAnswer(token: string): Values {
  if (token === "gcp:organizations/getProject:getProject") return { number: "123456789012" };
  if (/^azure-native:containerservice:listManagedCluster(Admin|User)Credentials$/.test(token)) {
    return { kubeconfigs: [{ name: "cluster", value: Buffer.from(kubeconfig).toString("base64") }] };
  }
  if (token === "azure-native:managedidentity:getUserAssignedIdentity") {
    return { principalId: "principal of cluster-identity" };
  }
  if (token === "azure-native:authorization:getClientConfig") {
    return { clientId: "pulumi", objectId: "principal of whoever runs pulumi", subscriptionId: "s", tenantId: "t" };
  }
  if (token === "azure-native:compute:getDiskEncryptionSet") {
    return { identity: { principalId: "principal of cluster-key" } };
  }
  if (token === "aws:ec2/getVpc:getVpc") return { cidrBlock: "10.1.0.0/16" };
  if (token === "aws:index/getAvailabilityZones:getAvailabilityZones") {
    return { names: ["eu-central-1a", "eu-central-1b", "eu-central-1c"] };
  }
  if (token === "alicloud:cs/getClusterCredential:getClusterCredential") return { kubeConfig: kubeconfig };
  throw new Error(`no answer for ${token}`);
}
