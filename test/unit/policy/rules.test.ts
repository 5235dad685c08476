/** Each rule of the policy pack on resources that break it, with the fault, and on resources that satisfy it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fault, Problem } from "../../../lib/problem";
import { environmentOf } from "../../../policy/environment";
import type { Subject } from "../../../policy/rule";
import { resourceRules, stackRules } from "../../../policy/rules";

const eks = "aws:eks/cluster:Cluster";
const gke = "gcp:container/cluster:Cluster";
const aks = "azure-native:containerservice:ManagedCluster";
const ack = "alicloud:cs/managedKubernetes:ManagedKubernetes";
const storageClass = "kubernetes:storage.k8s.io/v1:StorageClass";
const claim = "kubernetes:core/v1:PersistentVolumeClaim";
const statefulSet = "kubernetes:apps/v1:StatefulSet";
const service = "kubernetes:core/v1:Service";
const policy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

interface Given {
  type: string;
  properties: object;
  name?: string;
  stack?: string;
  isProtected?: boolean;
}

function subject({ type, properties, name = "x", stack = "eks-fabric-prod", isProtected = false }: Given): Subject {
  return { type, name, urn: `urn:pulumi:${stack}::blockchain-clusters::${type}::${name}`, properties, isProtected };
}

function problems(rule: string, ...given: Given[]): Problem[] {
  const one = resourceRules.find(({ name }) => name === rule);
  if (one !== undefined) return given.flatMap((resource) => one.check(subject(resource)));
  const all = stackRules.find(({ name }) => name === rule);
  assert.ok(all, `there is a rule ${rule}`);
  return all.check(given.map(subject)).map(({ problem }) => problem);
}

const good = {
  name: "node",
  image: "hyperledger/fabric-peer:3.1.5",
  resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: 2, memory: "2Gi" } },
  securityContext: { privileged: false, allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
};

/** Settings of a good pod for all its containers. */
const goodPod = {
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
};

/** A StatefulSet whose only container, and whose pod, differ from good ones by these fields. */
function pods(container: object = {}, pod: object = {}, more: object = {}): Given {
  return {
    type: statefulSet,
    properties: {
      metadata: { name: "node", namespace: "trade-org1" },
      spec: {
        template: {
          metadata: { labels: { app: "node" } },
          spec: { containers: [{ ...good, ...container }], ...goodPod, ...pod },
        },
        ...more,
      },
    },
  };
}

interface Case {
  rule: string;
  trips: [what: string, fault: Fault, ...given: Given[]][];
  passes: [what: string, ...given: Given[]][];
}

/** Paths of a pod's parts in a resource of `pods()`. */
const pod = "spec.template.spec";
const node = `${pod}.containers[node]`;

const cases: Case[] = [
  {
    rule: "api-endpoint",
    trips: [
      [
        "EKS as Amazon makes it",
        { path: "vpcConfig.publicAccessCidrs", given: undefined },
        { type: eks, properties: { vpcConfig: { subnetIds: ["a"] } } },
      ],
      [
        "EKS for everybody, said in so many words",
        { path: "vpcConfig.publicAccessCidrs[1]", given: "0.0.0.0/0" },
        { type: eks, properties: { vpcConfig: { publicAccessCidrs: ["192.0.2.0/24", "0.0.0.0/0"] } } },
      ],
      [
        "GKE as Google makes it",
        { path: "masterAuthorizedNetworksConfig.cidrBlocks", given: undefined },
        { type: gke, properties: {} },
      ],
      [
        "GKE whose DNS endpoint is open",
        { path: "controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic", given: true },
        {
          type: gke,
          properties: {
            privateClusterConfig: { enablePrivateEndpoint: true },
            controlPlaneEndpointsConfig: { dnsEndpointConfig: { allowExternalTraffic: true } },
          },
        },
      ],
      [
        "AKS as Azure makes it",
        { path: "apiServerAccessProfile.authorizedIPRanges", given: undefined },
        { type: aks, properties: {} },
      ],
      [
        "AKS of a named API version, for half of the world",
        { path: "apiServerAccessProfile.authorizedIPRanges[0]", given: "128.0.0.0/1" },
        {
          type: "azure-native:containerservice/v20250901:ManagedCluster",
          properties: { apiServerAccessProfile: { authorizedIPRanges: ["128.0.0.0/1"] } },
        },
      ],
      ...["64.0.0.0/2", "0.0.0.0/1", "::/0", "2000::/3"].map((range): Case["trips"][number] => [
        `EKS for a part of the world: ${range}`,
        { path: "vpcConfig.publicAccessCidrs[0]", given: range },
        { type: eks, properties: { vpcConfig: { publicAccessCidrs: [range] } } },
      ]),
      ["ACK as Alibaba makes it", { path: "slbInternetEnabled", given: undefined }, { type: ack, properties: {} }],
    ],
    passes: [
      ["EKS for listed networks", { type: eks, properties: { vpcConfig: { publicAccessCidrs: ["192.0.2.0/24"] } } }],
      ["private EKS", { type: eks, properties: { vpcConfig: { endpointPublicAccess: false } } }],
      [
        "GKE for listed networks",
        {
          type: gke,
          properties: { masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: "192.0.2.0/24" }] } },
        },
      ],
      ["private GKE", { type: gke, properties: { privateClusterConfig: { enablePrivateEndpoint: true } } }],
      [
        "AKS for listed networks",
        { type: aks, properties: { apiServerAccessProfile: { authorizedIPRanges: ["192.0.2.1/32"] } } },
      ],
      ["private AKS", { type: aks, properties: { apiServerAccessProfile: { enablePrivateCluster: true } } }],
      ["private ACK", { type: ack, properties: { slbInternetEnabled: false } }],
    ],
  },
  {
    rule: "deletion-protection",
    trips: [
      ["EKS as Amazon makes it", { path: "deletionProtection", given: undefined }, { type: eks, properties: {} }],
      [
        "GKE that switches it off",
        { path: "deletionProtection", given: false },
        { type: gke, properties: { deletionProtection: false } },
      ],
      ["AKS that Pulumi would delete", { path: "protect", given: false }, { type: aks, properties: {} }],
      ["ACK", { path: "deletionProtection", given: undefined }, { type: ack, properties: {}, stack: "trade" }],
      ...[
        "aws:kms/key:Key",
        "gcp:kms/cryptoKey:CryptoKey",
        "azure-native:keyvault:Vault",
        "alicloud:nas/fileSystem:FileSystem",
      ].map((type): Case["trips"][number] => [
        `what Pulumi would delete: ${type}`,
        { path: "protect", given: false },
        { type, properties: {} },
      ]),
    ],
    passes: [
      ["EKS that has it", { type: eks, properties: { deletionProtection: true } }],
      ["GKE, which has it by default", { type: gke, properties: {} }],
      ["AKS that Pulumi does not delete", { type: aks, properties: {}, isProtected: true }],
      ["a stack for development", { type: eks, properties: {}, stack: "eks-fabric-dev" }],
      ["a key that Pulumi does not delete", { type: "aws:kms/key:Key", properties: {}, isProtected: true }],
    ],
  },
  {
    rule: "firewall-sources",
    trips: [
      [
        "a rule of Amazon's firewall for everybody, by both kinds of addresses",
        { path: "cidrBlocks[1]", given: "0.0.0.0/0" },
        {
          type: "aws:ec2/securityGroupRule:SecurityGroupRule",
          properties: { type: "ingress", cidrBlocks: ["10.0.0.0/16", "0.0.0.0/0"] },
        },
      ],
      [
        "a rule of Amazon's for everybody in IPv6",
        { path: "ipv6CidrBlocks[0]", given: "::/0" },
        {
          type: "aws:ec2/securityGroupRule:SecurityGroupRule",
          properties: { type: "ingress", ipv6CidrBlocks: ["::/0"] },
        },
      ],
      [
        "a group of Amazon's with its rules in it",
        { path: "ingress[1].cidrBlocks[0]", given: "0.0.0.0/0" },
        {
          type: "aws:ec2/securityGroup:SecurityGroup",
          properties: { ingress: [{ self: true }, { cidrBlocks: ["0.0.0.0/0"] }] },
        },
      ],
      [
        "a rule of Amazon's with one source",
        { path: "cidrIpv4", given: "0.0.0.0/0" },
        {
          type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
          properties: { cidrIpv4: "0.0.0.0/0" },
        },
      ],
      [
        "a firewall of Google's, which is for what comes in unless it says otherwise",
        { path: "sourceRanges[0]", given: "0.0.0.0/0" },
        { type: "gcp:compute/firewall:Firewall", properties: { sourceRanges: ["0.0.0.0/0"] } },
      ],
      [
        "a rule of Azure's for everybody, in a word",
        { path: "sourceAddressPrefix", given: "Internet" },
        {
          type: "azure-native:network:SecurityRule",
          properties: { direction: "Inbound", access: "Allow", sourceAddressPrefix: "Internet" },
        },
      ],
      [
        "a rule of Azure's of a named API version, for half of the world",
        { path: "sourceAddressPrefixes[0]", given: "128.0.0.0/1" },
        {
          type: "azure-native:network/v20240501:SecurityRule",
          properties: { direction: "Inbound", access: "Allow", sourceAddressPrefixes: ["128.0.0.0/1"] },
        },
      ],
      [
        "a rule of Alibaba's firewall",
        { path: "cidrIp", given: "0.0.0.0/0" },
        {
          type: "alicloud:ecs/securityGroupRule:SecurityGroupRule",
          properties: { type: "ingress", cidrIp: "0.0.0.0/0" },
        },
      ],
      [
        "shared files of Alibaba's",
        { path: "sourceCidrIp", given: "0.0.0.0/0" },
        { type: "alicloud:nas/accessRule:AccessRule", properties: { sourceCidrIp: "0.0.0.0/0" } },
      ],
    ],
    passes: [
      [
        "sources that somebody named: networks, and another group",
        {
          type: "aws:ec2/securityGroupRule:SecurityGroupRule",
          properties: { type: "ingress", cidrBlocks: ["10.0.0.0/8"] },
        },
        {
          type: "aws:ec2/securityGroupRule:SecurityGroupRule",
          properties: { type: "ingress", sourceSecurityGroupId: "sg-1" },
        },
        { type: "aws:ec2/securityGroup:SecurityGroup", properties: { vpcId: "vpc-1" } },
        { type: "alicloud:nas/accessRule:AccessRule", properties: { sourceCidrIp: "10.64.0.0/16" } },
      ],
      [
        "whatever goes out, or is refused",
        {
          type: "aws:ec2/securityGroupRule:SecurityGroupRule",
          properties: { type: "egress", cidrBlocks: ["0.0.0.0/0"] },
        },
        {
          type: "gcp:compute/firewall:Firewall",
          properties: { direction: "EGRESS", sourceRanges: ["0.0.0.0/0"] },
        },
        {
          type: "azure-native:network:SecurityRule",
          properties: { direction: "Inbound", access: "Deny", sourceAddressPrefix: "*" },
        },
      ],
    ],
  },
  {
    rule: "disk-encryption",
    trips: [
      [
        "a storage class of Amazon's disks",
        { path: "parameters.encrypted", given: undefined },
        { type: storageClass, properties: { provisioner: "ebs.csi.aws.com", parameters: { type: "gp3" } } },
      ],
      [
        "a storage class of Alibaba's disks",
        { path: "parameters.encrypted", given: "false" },
        {
          type: storageClass,
          properties: { provisioner: "diskplugin.csi.alibabacloud.com", parameters: { encrypted: "false" } },
        },
      ],
      [
        "a launch template that leaves the image's disk as it is",
        { path: "blockDeviceMappings", given: undefined },
        { type: "aws:ec2/launchTemplate:LaunchTemplate", properties: {} },
      ],
      [
        "a launch template with a second disk in plain text",
        { path: "blockDeviceMappings[1].ebs.encrypted", given: undefined },
        {
          type: "aws:ec2/launchTemplate:LaunchTemplate",
          properties: { blockDeviceMappings: [{ ebs: { encrypted: "true" } }, { ebs: { volumeSize: 100 } }] },
        },
      ],
      [
        "a node group without a launch template",
        { path: "launchTemplate", given: undefined },
        { type: "aws:eks/nodeGroup:NodeGroup", properties: { diskSize: 50 } },
      ],
      [
        "a node pool of ACK",
        { path: "systemDiskEncrypted", given: undefined },
        { type: "alicloud:cs/nodePool:NodePool", properties: { dataDisks: [{ encrypted: "true" }] } },
      ],
      [
        "a file system of Amazon",
        { path: "encrypted", given: undefined },
        { type: "aws:efs/fileSystem:FileSystem", properties: {} },
      ],
      [
        "a file system of Alibaba",
        { path: "encryptType", given: 0 },
        { type: "alicloud:nas/fileSystem:FileSystem", properties: { encryptType: 0 } },
      ],
    ],
    passes: [
      [
        "encrypted disks",
        { type: storageClass, properties: { provisioner: "ebs.csi.aws.com", parameters: { encrypted: "true" } } },
        {
          type: "aws:ec2/launchTemplate:LaunchTemplate",
          properties: { blockDeviceMappings: [{ ebs: { encrypted: "true" } }, { virtualName: "ephemeral0" }] },
        },
        { type: "aws:eks/nodeGroup:NodeGroup", properties: { launchTemplate: { id: "lt-1", version: "1" } } },
        { type: "alicloud:cs/nodePool:NodePool", properties: { systemDiskEncrypted: true } },
        { type: "aws:efs/fileSystem:FileSystem", properties: { encrypted: true } },
        { type: "alicloud:nas/fileSystem:FileSystem", properties: { encryptType: 1 } },
      ],
      [
        "clouds that encrypt always",
        { type: storageClass, properties: { provisioner: "pd.csi.storage.gke.io", parameters: { type: "pd-ssd" } } },
        { type: storageClass, properties: { provisioner: "disk.csi.azure.com" } },
      ],
    ],
  },
  {
    rule: "image-tags",
    trips: [
      [
        "no tag",
        { path: `${node}.image`, given: "hyperledger/fabric-peer" },
        pods({ image: "hyperledger/fabric-peer" }),
      ],
      [
        "latest, in a container that runs first",
        { path: `${pod}.initContainers[first].image`, given: "registry.example.com:5000/a:latest" },
        pods({}, { initContainers: [{ ...good, name: "first", image: "registry.example.com:5000/a:latest" }] }),
      ],
      ...["stable", "3", "v3", "main", "alpine"].map((tag): Case["trips"][number] => [
        `the tag ${tag}, which moves on`,
        { path: `${node}.image`, given: `a/b:${tag}` },
        pods({ image: `a/b:${tag}` }),
      ]),
      [
        "a registry's port is no tag",
        { path: `${node}.image`, given: "registry.example.com:5000/peer" },
        pods({ image: "registry.example.com:5000/peer" }),
      ],
    ],
    passes: [
      ["a tag", pods()],
      ["a commit", pods({ image: "a/b:1f2e3d4" })],
      ["a release with its system", pods({ image: "node:24.21.0-alpine" })],
      ["a digest", pods({ image: `a@sha256:${"0".repeat(64)}` })],
      ["a registry with a port", pods({ image: "registry.example.com:5000/peer:3.1.5" })],
    ],
  },
  {
    rule: "resource-amounts",
    trips: [
      [
        "nothing said",
        { path: `${node}.resources`, must: "have requests.cpu, requests.memory, limits.cpu, limits.memory" },
        pods({ resources: undefined }),
      ],
      [
        "no limit of memory",
        { path: `${node}.resources`, must: "have limits.memory" },
        pods({ resources: { ...good.resources, limits: { cpu: 1 } } }),
      ],
    ],
    passes: [["all four", pods()]],
  },
  {
    rule: "pod-privileges",
    trips: [
      [
        "privileged",
        { path: `${node}.securityContext.privileged`, given: true },
        pods({ securityContext: { privileged: true, allowPrivilegeEscalation: false } }),
      ],
      [
        "Kubernetes' default",
        { path: `${node}.securityContext.allowPrivilegeEscalation`, given: undefined },
        pods({ securityContext: {} }),
      ],
      [
        "a port of the node",
        { path: `${node}.ports[0].hostPort`, given: 7051 },
        pods({ ports: [{ containerPort: 7051, hostPort: 7051 }] }),
      ],
      ["the node's network", { path: `${pod}.hostNetwork`, given: true }, pods({}, { hostNetwork: true })],
      ["the node's processes", { path: `${pod}.hostPID`, given: true }, pods({}, { hostPID: true })],
      ["the node's memory", { path: `${pod}.hostIPC`, given: true }, pods({}, { hostIPC: true })],
      [
        "the node's files",
        { path: `${pod}.volumes[root].hostPath.path`, given: "/" },
        pods({}, { volumes: [{ name: "root", hostPath: { path: "/" } }] }),
      ],
      [
        "a CronJob's pods as well",
        { path: "spec.jobTemplate.spec.template.spec.hostNetwork", given: true },
        {
          type: "kubernetes:batch/v1:CronJob",
          properties: { spec: { jobTemplate: { spec: { template: { spec: { hostNetwork: true } } } } } },
        },
      ],
    ],
    passes: [["a pod of this project", pods({}, { volumes: [{ name: "data", emptyDir: {} }] })]],
  },
  {
    rule: "ledger-volumes",
    trips: [
      [
        "a claim template that many share",
        { path: "spec.volumeClaimTemplates[chain].spec.accessModes[0]", given: "ReadWriteMany" },
        pods(
          {},
          {},
          { volumeClaimTemplates: [{ metadata: { name: "chain" }, spec: { accessModes: ["ReadWriteMany"] } }] },
        ),
      ],
      ...["ledger-file-1", "azurefile-csi-premium", "standard-rwx", "efs-sc", "alicloud-nas", "nfs"].map(
        (className): Case["trips"][number] => [
          `a claim template of class ${className}`,
          { path: "spec.volumeClaimTemplates[chain].spec.storageClassName", given: className },
          pods(
            {},
            {},
            { volumeClaimTemplates: [{ metadata: { name: "chain" }, spec: { storageClassName: className } }] },
          ),
        ],
      ),
      [
        "a peer's claim",
        { path: "spec.accessModes[0]", given: "ReadWriteMany" },
        {
          type: claim,
          properties: {
            metadata: { labels: { "fabric.component": "peer" } },
            spec: { accessModes: ["ReadWriteMany"] },
          },
        },
      ],
      [
        "a claim whose name says what is on it",
        { path: "spec.storageClassName", given: "ledger-file-1" },
        { type: claim, name: "trade-org1-peer0-ledger", properties: { spec: { storageClassName: "ledger-file-1" } } },
      ],
    ],
    passes: [
      [
        "a disk",
        pods(
          {},
          {},
          {
            volumeClaimTemplates: [
              {
                metadata: { name: "chain" },
                spec: { accessModes: ["ReadWriteOnce"], storageClassName: "ledger-block-1" },
              },
            ],
          },
        ),
        {
          type: claim,
          name: "org1-peer0-ledger",
          properties: { spec: { accessModes: ["ReadWriteOncePod"], storageClassName: "managed-csi" } },
        },
      ],
      [
        "files that are meant to be shared",
        {
          type: claim,
          name: "artifacts",
          properties: { spec: { accessModes: ["ReadWriteMany"], storageClassName: "ledger-file-1" } },
        },
      ],
    ],
  },
  {
    rule: "admin-ports",
    trips: [
      [
        "a load balancer to the channel participation port",
        { path: "spec.ports[0].targetPort", given: "7053" },
        door({ type: "LoadBalancer", ports: [{ port: 443, targetPort: 7053 }] }),
      ],
      [
        "a node port to a peer's operations",
        { path: "spec.ports[0].port", given: "9443" },
        door({ type: "NodePort", ports: [{ port: 9443 }] }),
      ],
      [
        "a port by name",
        { path: "spec.ports[0].targetPort", given: "operations" },
        door({ type: "LoadBalancer", ports: [{ port: 80, targetPort: "operations" }] }),
        pods({ ports: [{ name: "operations", containerPort: 8443 }] }),
      ],
      [
        "an Ingress",
        { path: "spec.rules[0].http.paths[0].backend.service", given: "node:web" },
        ingress("web"),
        door({ type: "ClusterIP", ports: [{ name: "web", port: 80, targetPort: 7053 }] }),
      ],
      [
        "an Ingress to a Service of somebody else",
        { path: "spec.rules[0].http.paths[0].backend.service", given: "node:9443" },
        ingress(9443),
      ],
      [
        "an HTTPRoute",
        { path: "spec.rules[0].backendRefs[0]", given: "node:80" },
        route(80),
        door({ type: "ClusterIP", ports: [{ name: "web", port: 80, targetPort: 9443 }] }),
      ],
      ...(["GRPCRoute", "TLSRoute", "TCPRoute"] as const).map((kind): Case["trips"][number] => [
        `a ${kind}`,
        { path: "spec.rules[0].backendRefs[0]", given: "node:80" },
        route(80, `v1alpha2:${kind}`),
        door({ type: "ClusterIP", ports: [{ name: "web", port: 80, targetPort: 9443 }] }),
      ]),
      [
        "a route of Traefik",
        { path: "spec.routes[0].services[0]", given: "node:7053" },
        {
          type: "kubernetes:traefik.io/v1alpha1:IngressRouteTCP",
          properties: {
            metadata: { namespace: "trade-org1" },
            spec: { routes: [{ match: "HostSNI(`*`)", services: [{ name: "node", port: 7053 }] }] },
          },
        },
      ],
      [
        "an address of the outside on a Service of the inside",
        { path: "spec.ports[0].port", given: "9443" },
        door({ type: "ClusterIP", externalIPs: ["203.0.113.7"], ports: [{ port: 9443 }] }),
      ],
      [
        "RPC of a geth that its administrator uses",
        { path: "spec.ports[0].targetPort", given: "http", must: "lead to nodes without the APIs admin, debug" },
        door({ type: "LoadBalancer", ports: [{ port: 80, targetPort: "http" }] }),
        pods({ args: ["--http", "--http.api=eth,admin,debug"], ports: [{ name: "http", containerPort: 8545 }] }),
      ],
      [
        "RPC of a Besu that votes",
        { path: "spec.ports[0].port", given: "8545", must: "lead to nodes without the APIs qbft" },
        door({ type: "NodePort", ports: [{ port: 8545 }] }),
        pods({ command: ["besu"], args: ["--rpc-http-api", "ETH,NET,QBFT"] }),
      ],
      [
        "RPC of a Besu that its environment tells",
        { path: "spec.ports[0].targetPort", given: "9001", must: "lead to nodes without the APIs admin" },
        door({ type: "LoadBalancer", ports: [{ port: 443, targetPort: 9001 }] }),
        pods({
          env: [
            { name: "BESU_RPC_WS_API", value: "ETH,ADMIN" },
            { name: "BESU_RPC_WS_PORT", value: "9001" },
          ],
        }),
      ],
    ],
    passes: [
      ["inside the cluster", door({ type: "ClusterIP", ports: [{ port: 7053 }] })],
      [
        "a gateway on an administrator's number",
        door({ type: "LoadBalancer", ports: [{ port: 8443, targetPort: 7051 }] }),
      ],
      [
        "the P2P port of a node that votes",
        door({ type: "LoadBalancer", ports: [{ port: 30303 }] }),
        pods({ env: [{ name: "BESU_RPC_HTTP_API", value: "ETH,QBFT" }] }),
      ],
      [
        "RPC that only reads and sends, beside a node that votes",
        door({ type: "LoadBalancer", ports: [{ port: 8545 }] }),
        pods({ args: ["--http.api=eth,net,web3"] }),
        {
          type: statefulSet,
          properties: {
            metadata: { namespace: "trade-org1" },
            spec: {
              template: {
                metadata: { labels: { app: "validator" } },
                spec: { containers: [{ ...good, args: ["--http.api=eth,clique"] }] },
              },
            },
          },
        },
      ],
    ],
  },
  {
    rule: "default-deny",
    trips: [
      ["no policy at all", { path: "metadata.namespace", given: "trade-org1" }, pods(), pods()],
      [
        "a policy for some pods",
        { path: "metadata.namespace", given: "trade-org1" },
        pods(),
        denial({ podSelector: { matchLabels: { a: "b" } } }),
      ],
      [
        "a policy of one direction",
        { path: "metadata.namespace", given: "trade-org1" },
        pods(),
        denial({ policyTypes: ["Ingress"] }),
      ],
      ["a policy that lets in", { path: "metadata.namespace", given: "trade-org1" }, pods(), denial({ ingress: [{}] })],
      ["a policy elsewhere", { path: "metadata.namespace", given: "trade-org1" }, pods(), denial({}, "trade-org2")],
    ],
    passes: [
      ["a policy that denies", pods(), denial({})],
      ["no pods", { type: service, properties: { metadata: { namespace: "a" } } }],
      [
        "Kubernetes' own namespace",
        {
          type: "kubernetes:apps/v1:DaemonSet",
          properties: { metadata: { namespace: "kube-system" }, spec: { template: { spec: {} } } },
        },
      ],
    ],
  },
];

const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const rolePolicy = (statement: object): Given => ({
  type: "aws:iam/rolePolicy:RolePolicy",
  properties: { policy: document(statement) },
});
const peers = (spec: object): Given => ({ type: policy, properties: { metadata: { namespace: "a" }, spec } });
const ranges = (...loadBalancerSourceRanges: string[]) => ({ type: "LoadBalancer", loadBalancerSourceRanges });

cases.push(
  {
    rule: "load-balancer-sources",
    trips: [
      [
        "one for everybody, as Kubernetes makes it",
        { path: "spec.loadBalancerSourceRanges", given: undefined },
        door({ type: "LoadBalancer" }),
      ],
      ...["0.0.0.0/0", "128.0.0.0/1", "::/0"].map((range): Case["trips"][number] => [
        `one for ${range}`,
        { path: "spec.loadBalancerSourceRanges[1]", given: range },
        door(ranges("192.0.2.0/24", range)),
      ]),
      [
        "one on ACK, which does not read the field",
        {
          path: 'metadata.annotations["service.beta.kubernetes.io/alibaba-cloud-loadbalancer-acl-id"]',
          given: undefined,
        },
        door(ranges("192.0.2.0/24")),
        { type: ack, properties: {} },
      ],
    ],
    passes: [
      ["one for listed networks", door(ranges("192.0.2.0/24", "10.0.0.0/8", "2001:db8::/32"))],
      [
        "internal ones",
        door({ type: "LoadBalancer" }, { "service.beta.kubernetes.io/aws-load-balancer-internal": "true" }),
        door({ type: "LoadBalancer" }, { "networking.gke.io/load-balancer-type": "Internal" }),
        door({ type: "LoadBalancer" }, { "service.beta.kubernetes.io/azure-load-balancer-internal": "true" }),
      ],
      [
        "those on ACK with an access list, or inside",
        { type: ack, properties: {} },
        door(ranges("192.0.2.0/24"), { "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-acl-id": "acl-1" }),
        door(ranges("10.0.0.0/8"), {
          "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type": "intranet",
        }),
      ],
      ["other Services", door({ type: "ClusterIP" })],
    ],
  },
  {
    rule: "open-policies",
    trips: [
      [
        "a rule that lets everybody in, beside the denial",
        { path: "spec.ingress[0].from", given: undefined },
        denial({}),
        peers({ podSelector: {}, ingress: [{}] }),
      ],
      [
        "a rule that lets everything out",
        { path: "spec.egress[1].to", given: undefined },
        peers({ egress: [{ to: [{ podSelector: {} }] }, { ports: [{ port: 443 }] }] }),
      ],
      [
        "the internet",
        { path: "spec.egress[0].to[0].ipBlock.cidr", given: "0.0.0.0/0" },
        peers({ egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }] }] }),
      ],
      [
        "every pod of every namespace",
        { path: "spec.ingress[0].from[0].namespaceSelector", given: {} },
        peers({ ingress: [{ from: [{ namespaceSelector: {} }] }] }),
      ],
    ],
    passes: [
      ["a denial", denial({})],
      [
        "pods and networks that are named",
        peers({
          ingress: [
            { from: [{ podSelector: {} }, { namespaceSelector: {}, podSelector: { matchLabels: { a: "b" } } }] },
            { from: [{ namespaceSelector: { matchLabels: { a: "b" } } }, { ipBlock: { cidr: "10.0.0.0/8" } }] },
          ],
        }),
      ],
    ],
  },
  {
    rule: "pod-restrictions",
    trips: [
      [
        "an added capability",
        { path: `${node}.securityContext.capabilities.add`, given: ["NET_ADMIN"] },
        pods({ securityContext: { capabilities: { drop: ["ALL"], add: ["NET_ADMIN"] } } }),
      ],
      [
        "capabilities that a runtime gives",
        { path: `${node}.securityContext.capabilities.drop`, given: undefined },
        pods({ securityContext: {} }),
      ],
      [
        "root, said by the container over its pod",
        { path: `${node}.securityContext.runAsUser`, given: 0 },
        pods({ securityContext: { ...good.securityContext, runAsUser: 0 } }),
      ],
      [
        "an image's user, which may be root",
        { path: `${node}.securityContext.runAsNonRoot`, given: undefined },
        pods({}, { securityContext: { seccompProfile: { type: "RuntimeDefault" } } }),
      ],
      [
        "no seccomp profile",
        { path: `${node}.securityContext.seccompProfile.type`, given: undefined },
        pods({}, { securityContext: { runAsNonRoot: true } }),
      ],
      [
        "a seccomp profile that allows all",
        { path: `${node}.securityContext.seccompProfile.type`, given: "Unconfined" },
        pods({ securityContext: { ...good.securityContext, seccompProfile: { type: "Unconfined" } } }),
      ],
    ],
    passes: [["a pod of this project", pods()]],
  },
  {
    rule: "service-account-tokens",
    trips: [
      [
        "the default account's token, which Kubernetes mounts",
        { path: `${pod}.automountServiceAccountToken`, given: undefined },
        pods({}, { automountServiceAccountToken: undefined }),
      ],
      [
        "the same, said in so many words",
        { path: `${pod}.automountServiceAccountToken`, given: true },
        pods({}, { automountServiceAccountToken: true, serviceAccountName: "default" }),
      ],
    ],
    passes: [
      ["no token", pods()],
      ["an account that is meant", pods({}, { automountServiceAccountToken: true, serviceAccountName: "autoscaler" })],
      ["what makes no pods", denial({})],
    ],
  },
  {
    rule: "node-addresses",
    trips: [
      [
        "machines of Amazon",
        { path: "networkInterfaces[0].associatePublicIpAddress", given: "true" },
        {
          type: "aws:ec2/launchTemplate:LaunchTemplate",
          properties: { networkInterfaces: [{ associatePublicIpAddress: "true" }] },
        },
      ],
      [
        "a pool of Azure",
        { path: "enableNodePublicIP", given: true },
        { type: "azure-native:containerservice:AgentPool", properties: { enableNodePublicIP: true } },
      ],
      [
        "a pool inside a cluster of Azure",
        { path: "agentPoolProfiles[0].enableNodePublicIP", given: true },
        { type: aks, properties: { agentPoolProfiles: [{ enableNodePublicIP: true }] } },
      ],
      [
        "a pool of Google, as Google makes it",
        { path: "networkConfig.enablePrivateNodes", given: undefined },
        { type: "gcp:container/nodePool:NodePool", properties: {} },
      ],
      [
        "a pool of Alibaba",
        { path: "internetMaxBandwidthOut", given: 10 },
        { type: "alicloud:cs/nodePool:NodePool", properties: { internetMaxBandwidthOut: 10 } },
      ],
    ],
    passes: [
      [
        "private nodes",
        { type: "aws:ec2/launchTemplate:LaunchTemplate", properties: {} },
        { type: "azure-native:containerservice:AgentPool", properties: {} },
        { type: "gcp:container/nodePool:NodePool", properties: { networkConfig: { enablePrivateNodes: true } } },
        { type: "alicloud:cs/nodePool:NodePool", properties: {} },
      ],
    ],
  },
  {
    rule: "key-deletion",
    trips: [
      [
        "a key of Amazon that is gone in a week",
        { path: "deletionWindowInDays", given: 7, must: "be 30 or more in production" },
        { type: "aws:kms/key:Key", properties: { deletionWindowInDays: 7 } },
      ],
      [
        "a key of Alibaba",
        { path: "pendingWindowInDays", given: 7, must: "be 30 or more in production" },
        { type: "alicloud:kms/key:Key", properties: { pendingWindowInDays: 7 } },
      ],
      [
        "a key of Google that is gone in a day",
        { path: "destroyScheduledDuration", given: "86400s", must: "be 2592000s or more in production" },
        { type: "gcp:kms/cryptoKey:CryptoKey", properties: { destroyScheduledDuration: "86400s" } },
      ],
      [
        "a vault that can be purged",
        { path: "properties.enablePurgeProtection", given: undefined },
        { type: "azure-native:keyvault:Vault", properties: { properties: {} } },
      ],
      [
        "a vault that keeps for a week",
        { path: "properties.softDeleteRetentionInDays", given: 7, must: "be 30 or more in production" },
        {
          type: "azure-native:keyvault:Vault",
          properties: { properties: { enablePurgeProtection: true, softDeleteRetentionInDays: 7 } },
        },
      ],
    ],
    passes: [
      ["what clouds do by themselves", { type: "aws:kms/key:Key", properties: {} }],
      [
        "a stack for development",
        { type: "aws:kms/key:Key", stack: "trade-dev", properties: { deletionWindowInDays: 7 } },
      ],
    ],
  },
  {
    rule: "broad-rights",
    trips: [
      [
        "everything of a service",
        { path: "policy.Statement[0].Action", given: ["kms:*"] },
        rolePolicy({ Effect: "Allow", Action: ["kms:*", "s3:GetObject"], Resource: "arn:aws:kms:r:1:key/1" }),
      ],
      [
        "everything but something",
        { path: "policy.Statement[0].NotAction", given: "iam:*" },
        rolePolicy({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }),
      ],
      [
        "changes of everything",
        { path: "policy.Statement[0].Resource", given: "*" },
        rolePolicy({ Effect: "Allow", Action: ["ec2:DescribeInstances", "ec2:TerminateInstances"], Resource: "*" }),
      ],
      [
        "an administrator of the account",
        { path: "policyArn", given: "arn:aws:iam::aws:policy/AdministratorAccess" },
        {
          type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
          properties: { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
        },
      ],
      [
        "a role over a whole subscription",
        { path: "scope", given: "/subscriptions/s" },
        { type: "azure-native:authorization:RoleAssignment", properties: { scope: "/subscriptions/s" } },
      ],
      [
        "an owner of a group",
        { path: "roleDefinitionId", given: "/subscriptions/s/x/8e3af657-a8ff-443c-a75c-2fe8c4bcb635" },
        {
          type: "azure-native:authorization:RoleAssignment",
          properties: {
            scope: "/subscriptions/s/resourceGroups/g",
            roleDefinitionId: "/subscriptions/s/x/8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
          },
        },
      ],
      [
        "an editor of a project",
        { path: "role", given: "roles/editor" },
        { type: "gcp:projects/iAMMember:IAMMember", properties: { role: "roles/editor" } },
      ],
    ],
    passes: [
      [
        "reading, named resources, and conditions",
        rolePolicy({ Effect: "Allow", Action: ["ec2:DescribeInstances"], Resource: "*" }),
        rolePolicy({ Effect: "Allow", Action: ["kms:Decrypt", "kms:ReEncrypt*"], Resource: "arn:aws:kms:r:1:key/1" }),
        rolePolicy({
          Effect: "Allow",
          Action: "autoscaling:SetDesiredCapacity",
          Resource: "*",
          Condition: { StringEquals: { "aws:ResourceTag/a": "b" } },
        }),
        rolePolicy({ Effect: "Deny", Action: "*", Resource: "*" }),
      ],
      [
        "policies and roles for one thing",
        {
          type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
          properties: { policyArn: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" },
        },
        { type: "gcp:projects/iAMMember:IAMMember", properties: { role: "roles/artifactregistry.reader" } },
      ],
    ],
  },
  {
    rule: "own-keys",
    trips: (
      [
        ["ebs.csi.aws.com", "kmsKeyId", eks],
        ["pd.csi.storage.gke.io", "disk-encryption-kms-key", gke],
        ["disk.csi.azure.com", "diskEncryptionSetID", aks],
        ["diskplugin.csi.alibabacloud.com", "kmsKeyId", ack],
      ] as const
    ).map(([provisioner, key, type]): Case["trips"][number] => [
      `disks of ${provisioner} by the vendor's key`,
      { path: `parameters.${key}`, given: undefined },
      { type: storageClass, properties: { provisioner, parameters: { encrypted: "true" } } },
      { type, properties: {} },
    ]),
    passes: [
      [
        "a key of one's own",
        { type: storageClass, properties: { provisioner: "ebs.csi.aws.com", parameters: { kmsKeyId: "arn" } } },
        { type: eks, properties: {} },
      ],
      ["a cluster that somebody else made", { type: storageClass, properties: { provisioner: "disk.csi.azure.com" } }],
    ],
  },
);

const clusterRole = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole";
const binding = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding";

cases.push({
  rule: "cluster-rights",
  trips: [
    [
      "a role that may do everything with a kind",
      { path: "rules[0].verbs", given: ["*"], must: "name each allowed verb" },
      { type: clusterRole, properties: { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["*"] }] } },
    ],
    [
      "a role for all kinds",
      { path: "rules[1].resources", given: ["*"] },
      {
        type: clusterRole,
        properties: {
          rules: [
            { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
            { apiGroups: [""], resources: ["*"], verbs: ["get"] },
          ],
        },
      },
    ],
    [
      "a role that may give itself rights",
      { path: "rules[0].verbs", given: ["bind", "escalate"] },
      {
        type: "kubernetes:rbac.authorization.k8s.io/v1:Role",
        properties: {
          rules: [
            { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["bind", "get", "escalate"] },
          ],
        },
      },
    ],
    [
      "an administrator of the cluster",
      { path: "roleRef.name", given: "cluster-admin" },
      { type: binding, properties: { roleRef: { name: "cluster-admin" }, subjects: [{ name: "backup" }] } },
    ],
    [
      "a role for everybody",
      { path: "subjects[1].name", given: "system:authenticated" },
      {
        type: `${clusterRole}Binding`,
        properties: { roleRef: { name: "reader" }, subjects: [{ name: "a" }, { name: "system:authenticated" }] },
      },
    ],
  ],
  passes: [
    [
      "a role with verbs on kinds, for an account",
      {
        type: clusterRole,
        properties: { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }] },
      },
      { type: binding, properties: { roleRef: { name: "reader" }, subjects: [{ name: "backup" }] } },
    ],
  ],
});

function door(spec: object, annotations: object = {}): Given {
  return {
    type: service,
    properties: {
      metadata: { name: "node", namespace: "trade-org1", annotations },
      spec: { selector: { app: "node" }, ...spec },
    },
  };
}

function ingress(port: string | number): Given {
  const backend = { service: { name: "node", port: typeof port === "number" ? { number: port } : { name: port } } };
  return {
    type: "kubernetes:networking.k8s.io/v1:Ingress",
    properties: {
      metadata: { namespace: "trade-org1" },
      spec: { rules: [{ http: { paths: [{ path: "/", backend }] } }] },
    },
  };
}

function route(port: number, kind = "v1:HTTPRoute"): Given {
  return {
    type: `kubernetes:gateway.networking.k8s.io/${kind}`,
    properties: {
      metadata: { namespace: "trade-org1" },
      spec: { rules: [{ backendRefs: [{ name: "node", port }] }] },
    },
  };
}

function denial(spec: object, namespace = "trade-org1"): Given {
  return {
    type: policy,
    properties: {
      metadata: { name: "default-deny", namespace },
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ...spec },
    },
  };
}

for (const { rule, trips, passes } of cases) {
  describe(`policy ${rule}`, () => {
    for (const [what, fault, ...given] of trips) {
      it(`refuses ${what}`, () => {
        const keys = ["path", "given", ...("must" in fault ? ["must"] : [])];
        const found = problems(rule, ...given).map((problem) =>
          Object.fromEntries(Object.entries(problem).filter(([key]) => keys.includes(key))),
        );
        assert.deepEqual(found, [fault]);
      });
    }
    for (const [what, ...given] of passes) {
      it(`lets pass ${what}`, () => assert.deepEqual(problems(rule, ...given), []));
    }
  });
}

describe("the environment of a stack", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "environments-"));
    const put = (stack: string, cluster: string) =>
      writeFileSync(join(folder, `Pulumi.${stack}.yaml`), `config:\n  blockchain-clusters:cluster: { ${cluster} }\n`);
    put("payments-test", "vendor: eks");
    put("trial", "vendor: eks, environment: development");
    put("mine", "vendor: local");
  });
  after(() => rmSync(folder, { recursive: true }));
  const environment = (stack: string) => environmentOf(`urn:pulumi:${stack}::p::a:b:C::x`, folder);

  it("is that of its file, whatever the name of the stack; production by default", () => {
    assert.deepEqual(["payments-test", "trial", "mine"].map(environment), ["production", "development", "development"]);
  });

  it("follows from the name where there is no file", () => {
    assert.deepEqual(["trade-dev", "devices", "trade"].map(environment), ["development", "production", "production"]);
  });
});

describe("the policy pack", () => {
  it("has a case here for each of its rules", () => {
    assert.deepEqual(
      [...resourceRules, ...stackRules].map(({ name }) => name).sort(),
      cases.map(({ rule }) => rule).sort(),
    );
  });
});
