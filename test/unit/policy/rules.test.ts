/** Each rule of the policy pack on resources that break it, with its words, and on such that keep it. */
import assert from "node:assert/strict";
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

/** What a rule finds, as the engine reports it but for the resource's title. */
function problems(rule: string, ...given: Given[]): string[] {
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
  securityContext: { privileged: false, allowPrivilegeEscalation: false },
};

/** A StatefulSet whose one container, and whose pod, differ from good ones as told. */
function pods(container: object = {}, pod: object = {}, more: object = {}): Given {
  return {
    type: statefulSet,
    properties: {
      metadata: { name: "node", namespace: "trade-org1" },
      spec: {
        template: { metadata: { labels: { app: "node" } }, spec: { containers: [{ ...good, ...container }], ...pod } },
        ...more,
      },
    },
  };
}

interface Case {
  rule: string;
  trips: [what: string, problem: string | RegExp, ...given: Given[]][];
  passes: [what: string, ...given: Given[]][];
}

const open = "is empty, so the API answers to everybody; must list networks, or";

const cases: Case[] = [
  {
    rule: "api-endpoint",
    trips: [
      [
        "EKS as Amazon makes it",
        `vpcConfig.publicAccessCidrs ${open} vpcConfig.endpointPublicAccess false`,
        { type: eks, properties: { vpcConfig: { subnetIds: ["a"] } } },
      ],
      [
        "EKS for everybody, said in so many words",
        "vpcConfig.publicAccessCidrs has 0.0.0.0/0, which is everybody; must list networks that you know, or vpcConfig.endpointPublicAccess false",
        { type: eks, properties: { vpcConfig: { publicAccessCidrs: ["192.0.2.0/24", "0.0.0.0/0"] } } },
      ],
      [
        "GKE as Google makes it",
        `masterAuthorizedNetworksConfig.cidrBlocks ${open} privateClusterConfig.enablePrivateEndpoint true`,
        { type: gke, properties: {} },
      ],
      [
        "GKE whose DNS endpoint is open",
        "controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic is true; must be false: it knows no list of networks",
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
        `apiServerAccessProfile.authorizedIPRanges ${open} apiServerAccessProfile.enablePrivateCluster true`,
        { type: aks, properties: {} },
      ],
      [
        "AKS of a named API version, for half of the world",
        /has 128\.0\.0\.0\/1, which is everybody/,
        {
          type: "azure-native:containerservice/v20250901:ManagedCluster",
          properties: { apiServerAccessProfile: { authorizedIPRanges: ["128.0.0.0/1"] } },
        },
      ],
      [
        "ACK as Alibaba makes it",
        "slbInternetEnabled is missing, which means true; must be false",
        { type: ack, properties: {} },
      ],
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
      ["EKS as Amazon makes it", "deletionProtection is missing; must be true", { type: eks, properties: {} }],
      [
        "GKE that switches it off",
        "deletionProtection is false; must be true",
        { type: gke, properties: { deletionProtection: false } },
      ],
      [
        "AKS that Pulumi would delete",
        "the resource option protect is false; must be true",
        { type: aks, properties: {} },
      ],
      ["ACK", "deletionProtection is missing; must be true", { type: ack, properties: {}, stack: "trade" }],
    ],
    passes: [
      ["EKS that has it", { type: eks, properties: { deletionProtection: true } }],
      ["GKE, which has it by default", { type: gke, properties: {} }],
      ["AKS that Pulumi does not delete", { type: aks, properties: {}, isProtected: true }],
      ["a stack for development", { type: eks, properties: {}, stack: "eks-fabric-dev" }],
    ],
  },
  {
    rule: "disk-encryption",
    trips: [
      [
        "a storage class of Amazon's disks",
        "parameters.encrypted is missing; must be true",
        { type: storageClass, properties: { provisioner: "ebs.csi.aws.com", parameters: { type: "gp3" } } },
      ],
      [
        "a storage class of Alibaba's disks",
        "parameters.encrypted is false; must be true",
        {
          type: storageClass,
          properties: { provisioner: "diskplugin.csi.alibabacloud.com", parameters: { encrypted: "false" } },
        },
      ],
      [
        "a launch template that leaves the image's disk as it is",
        /^blockDeviceMappings is missing/,
        { type: "aws:ec2/launchTemplate:LaunchTemplate", properties: {} },
      ],
      [
        "a launch template with a second disk in plain text",
        "blockDeviceMappings[1].ebs.encrypted is missing; must be true",
        {
          type: "aws:ec2/launchTemplate:LaunchTemplate",
          properties: { blockDeviceMappings: [{ ebs: { encrypted: "true" } }, { ebs: { volumeSize: 100 } }] },
        },
      ],
      [
        "a node group without a launch template",
        /^launchTemplate is missing/,
        { type: "aws:eks/nodeGroup:NodeGroup", properties: { diskSize: 50 } },
      ],
      [
        "a node pool of ACK",
        "systemDiskEncrypted is missing; must be true",
        { type: "alicloud:cs/nodePool:NodePool", properties: { dataDisks: [{ encrypted: "true" }] } },
      ],
      ["a file system of Amazon", /^encrypted is missing/, { type: "aws:efs/fileSystem:FileSystem", properties: {} }],
      [
        "a file system of Alibaba",
        /^encryptType is 0/,
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
        'container "node" has image "hyperledger/fabric-peer" without a tag; must have a tag of one version, or a digest',
        pods({ image: "hyperledger/fabric-peer" }),
      ],
      [
        "latest, in a container that runs first",
        'init container "first" has image "registry.example.com:5000/a:latest" with the tag latest; must have a tag of one version, or a digest',
        pods({}, { initContainers: [{ ...good, name: "first", image: "registry.example.com:5000/a:latest" }] }),
      ],
      ["a registry's port is no tag", /without a tag/, pods({ image: "registry.example.com:5000/peer" })],
    ],
    passes: [
      ["a tag", pods()],
      ["a digest", pods({ image: `a@sha256:${"0".repeat(64)}` })],
      ["a registry with a port", pods({ image: "registry.example.com:5000/peer:3.1.5" })],
    ],
  },
  {
    rule: "resource-amounts",
    trips: [
      [
        "nothing said",
        'container "node" has no resources.requests.cpu, requests.memory, limits.cpu, limits.memory; must have each',
        pods({ resources: undefined }),
      ],
      [
        "no limit of memory",
        'container "node" has no resources.limits.memory; must have each',
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
        'container "node" is privileged; must not be',
        pods({ securityContext: { privileged: true, allowPrivilegeEscalation: false } }),
      ],
      [
        "Kubernetes' default",
        'container "node" has allowPrivilegeEscalation not set, which means true; must be false',
        pods({ securityContext: {} }),
      ],
      ["the node's network", "hostNetwork is true; must be false", pods({}, { hostNetwork: true })],
      ["the node's processes", "hostPID is true; must be false", pods({}, { hostPID: true })],
      ["the node's memory", "hostIPC is true; must be false", pods({}, { hostIPC: true })],
      [
        "the node's files",
        'volume "root" is the path / of the node; must be a volume claim, an emptyDir, or projected data',
        pods({}, { volumes: [{ name: "root", hostPath: { path: "/" } }] }),
      ],
      [
        "a CronJob's pods as well",
        "hostNetwork is true; must be false",
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
        'claim template "chain" has access mode ReadWriteMany; must be ReadWriteOnce or ReadWriteOncePod',
        pods(
          {},
          {},
          { volumeClaimTemplates: [{ metadata: { name: "chain" }, spec: { accessModes: ["ReadWriteMany"] } }] },
        ),
      ],
      ...["ledger-file-1", "azurefile-csi-premium", "standard-rwx", "efs-sc", "alicloud-nas", "nfs"].map(
        (className): Case["trips"][number] => [
          `a claim template of class ${className}`,
          `claim template "chain" has storage class ${className}, which is shared files; must be a class of disks`,
          pods(
            {},
            {},
            { volumeClaimTemplates: [{ metadata: { name: "chain" }, spec: { storageClassName: className } }] },
          ),
        ],
      ),
      [
        "a peer's claim",
        "has access mode ReadWriteMany; must be ReadWriteOnce or ReadWriteOncePod",
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
        /has storage class ledger-file-1/,
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
        "opens port 7053, Fabric's channel participation, by type LoadBalancer; must be reachable inside the cluster only",
        door({ type: "LoadBalancer", ports: [{ port: 443, targetPort: 7053 }] }),
      ],
      [
        "a node port to a peer's operations",
        "opens port 9443, a peer's operations, by type NodePort; must be reachable inside the cluster only",
        door({ type: "NodePort", ports: [{ port: 9443 }] }),
      ],
      [
        "a port by name",
        "opens port 8443, an orderer's operations, by type LoadBalancer; must be reachable inside the cluster only",
        door({ type: "LoadBalancer", ports: [{ port: 80, targetPort: "operations" }] }),
        pods({ ports: [{ name: "operations", containerPort: 8443 }] }),
      ],
      [
        "an Ingress",
        "opens port 7053, Fabric's channel participation, by a backend node:web; must be reachable inside the cluster only",
        ingress("web"),
        door({ type: "ClusterIP", ports: [{ name: "web", port: 80, targetPort: 7053 }] }),
      ],
      [
        "an Ingress to a Service of somebody else",
        /^opens port 9443, a peer's operations, by a backend node:9443/,
        ingress(9443),
      ],
      [
        "an HTTPRoute",
        "opens port 9443, a peer's operations, by a backend node:80; must be reachable inside the cluster only",
        route(80),
        door({ type: "ClusterIP", ports: [{ name: "web", port: 80, targetPort: 9443 }] }),
      ],
      [
        "RPC of a geth that its administrator uses",
        "opens RPC port 8545 by type LoadBalancer to pods with the APIs admin, debug; must reach only nodes without them",
        door({ type: "LoadBalancer", ports: [{ port: 80, targetPort: "http" }] }),
        pods({ args: ["--http", "--http.api=eth,admin,debug"], ports: [{ name: "http", containerPort: 8545 }] }),
      ],
      [
        "RPC of a Besu that votes",
        "opens RPC port 8545 by type NodePort to pods with the APIs qbft; must reach only nodes without them",
        door({ type: "NodePort", ports: [{ port: 8545 }] }),
        pods({ command: ["besu"], args: ["--rpc-http-api", "ETH,NET,QBFT"] }),
      ],
      [
        "RPC of a Besu that its environment tells",
        "opens RPC port 9001 by type LoadBalancer to pods with the APIs admin; must reach only nodes without them",
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
      [
        "no policy at all",
        "its namespace trade-org1 has no NetworkPolicy that denies everything; must have one with an empty podSelector, policyTypes Ingress and Egress, and no rules",
        pods(),
        pods(),
      ],
      [
        "a policy for some pods",
        /^its namespace trade-org1/,
        pods(),
        denial({ podSelector: { matchLabels: { a: "b" } } }),
      ],
      ["a policy of one direction", /^its namespace trade-org1/, pods(), denial({ policyTypes: ["Ingress"] })],
      ["a policy that lets in", /^its namespace trade-org1/, pods(), denial({ ingress: [{}] })],
      ["a policy elsewhere", /^its namespace trade-org1/, pods(), denial({}, "trade-org2")],
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

function door(spec: object): Given {
  return {
    type: service,
    properties: { metadata: { name: "node", namespace: "trade-org1" }, spec: { selector: { app: "node" }, ...spec } },
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

function route(port: number): Given {
  return {
    type: "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
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
    for (const [what, problem, ...given] of trips) {
      it(`refuses ${what}`, () => {
        const found = problems(rule, ...given);
        if (typeof problem === "string") assert.deepEqual(found, [problem]);
        else {
          assert.equal(found.length, 1);
          assert.match(found[0] ?? "", problem);
        }
      });
    }
    for (const [what, ...given] of passes) {
      it(`lets pass ${what}`, () => assert.deepEqual(problems(rule, ...given), []));
    }
  });
}

describe("the policy pack", () => {
  it("has a case here for each of its rules", () => {
    assert.deepEqual(
      [...resourceRules, ...stackRules].map(({ name }) => name).sort(),
      cases.map(({ rule }) => rule).sort(),
    );
  });
});
