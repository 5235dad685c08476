import type { Download, Group, Tool } from "./tool";

/** Everything this project needs beyond Node.js and npm packages, each at one pinned version. */

const pulumiVersion = "3.259.0";
const kubernetesVersion = "1.34.4";

/** Programs of one cluster share a minor version; kubectl may be one off: https://kubernetes.io/releases/version-skew-policy/ */
const kubernetesMinor = { min: "1.34.0", below: "1.35.0" };

/** https://kubernetes.io/releases/download/#binaries */
function kubernetesDownload(program: string): Download {
  const url = `https://dl.k8s.io/release/v{version}/bin/{os}/{arch}/${program}`;
  return { url, checksumUrl: `${url}.sha256`, program };
}

/** Variables that Kubernetes programs report as their version: hack/lib/version.sh upstream. */
const kubernetesVariables = {
  "k8s.io/component-base/version.gitVersion": `v${kubernetesVersion}`,
  "k8s.io/component-base/version.gitMajor": "1",
  "k8s.io/component-base/version.gitMinor": "34",
  "k8s.io/client-go/pkg/version.gitVersion": `v${kubernetesVersion}`,
};

const controlPlane = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "kubelet"];

/** Runs Pulumi programs: for every stack. */
const engine: readonly Tool[] = [
  {
    name: "pulumi",
    group: "engine",
    version: pulumiVersion,
    programs: ["pulumi", "pulumi-language-nodejs"],
    onPath: {
      program: "pulumi",
      args: ["version"],
      pattern: /^v(\d+\.\d+\.\d+)/m,
      accepts: { min: pulumiVersion, below: "4.0.0" },
    },
    // https://www.pulumi.com/docs/iac/download-install/#manual-installation
    downloads: [
      {
        url: "https://get.pulumi.com/releases/sdk/pulumi-v{version}-{os}-{nodeArch}.tar.gz",
        checksumUrl: "https://get.pulumi.com/releases/sdk/pulumi-{version}-checksums.txt",
        archive: { "pulumi/pulumi": "pulumi", "pulumi/pulumi-language-nodejs": "pulumi-language-nodejs" },
      },
    ],
    // The language host left the SDK's module after 3.68.0; that one serves programs of SDK 3.259 as well.
    builds: [
      {
        module: "pulumi",
        packages: { pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
        variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${pulumiVersion}` },
      },
      {
        module: "pulumi-nodejs",
        packages: {
          "pulumi-language-nodejs": "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
        },
      },
    ],
  },
  {
    name: "pulumi-kubernetes",
    group: "engine",
    version: "4.25.0",
    programs: ["pulumi-resource-kubernetes"],
    downloads: [
      {
        url: "https://get.pulumi.com/releases/plugins/pulumi-resource-kubernetes-v{version}-{os}-{arch}.tar.gz",
        archive: { "pulumi-resource-kubernetes": "pulumi-resource-kubernetes" },
      },
    ],
    builds: [
      {
        module: "pulumi-kubernetes",
        packages: { "pulumi-resource-kubernetes": "." },
        variables: { "github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version": "4.25.0" },
      },
    ],
    pulumiPlugin: "kubernetes",
  },
];

/** Fabric's programs, for local images and as the reference of tests. Static, hence always built here. */
const fabric: readonly Tool[] = [
  {
    name: "fabric",
    group: "fabric",
    version: "3.0.0-dev",
    programs: ["peer", "orderer", "configtxgen", "configtxlator", "cryptogen", "osnadmin"],
    builds: [
      {
        module: "fabric",
        packages: {
          peer: "github.com/hyperledger/fabric/cmd/peer",
          orderer: "github.com/hyperledger/fabric/cmd/orderer",
          configtxgen: "github.com/hyperledger/fabric/cmd/configtxgen",
          configtxlator: "github.com/hyperledger/fabric/cmd/configtxlator",
          cryptogen: "github.com/hyperledger/fabric/cmd/cryptogen",
          osnadmin: "github.com/hyperledger/fabric/cmd/osnadmin",
        },
        variables: { "github.com/hyperledger/fabric/common/metadata.Version": "3.0.0-dev" },
      },
    ],
  },
  {
    name: "fabric-ca",
    group: "fabric",
    version: "1.5.21",
    programs: ["fabric-ca-server"],
    builds: [
      {
        module: "fabric-ca",
        packages: { "fabric-ca-server": "github.com/hyperledger/fabric-ca/cmd/fabric-ca-server" },
        // SQLite is C. Without these tags it would load extensions and resolve names through shared libraries.
        cgo: true,
        tags: ["sqlite_omit_load_extension", "netgo", "osusergo"],
        linkerFlags: ["-linkmode", "external", "-extldflags", "-static"],
      },
    ],
  },
  {
    name: "ccaas-builder",
    group: "fabric",
    version: "1.0.0",
    programs: ["ccaas-builder"],
    builds: [{ module: "ccaas-builder", packages: { "ccaas-builder": "." } }],
  },
];

/** Ethereum clients that build from Go modules, for local images and as the reference of tests. Static, hence always built here. */
const ethereum: readonly Tool[] = [
  {
    name: "geth",
    group: "ethereum",
    version: "1.13.15",
    programs: ["geth", "bootnode"],
    builds: [
      {
        module: "geth",
        packages: {
          geth: "github.com/ethereum/go-ethereum/cmd/geth",
          bootnode: "github.com/ethereum/go-ethereum/cmd/bootnode",
        },
        // It refers to internals of Go's runtime, which newer linkers refuse unless told.
        linkerFlags: ["-checklinkname=0"],
      },
    ],
  },
  {
    name: "goquorum",
    group: "ethereum",
    version: "22.7.4",
    programs: ["goquorum"],
    builds: [
      {
        module: "goquorum",
        packages: { goquorum: "github.com/ethereum/go-ethereum/cmd/geth" },
        // Its console is an interpreter in C.
        cgo: true,
        tags: ["netgo", "osusergo"],
        linkerFlags: ["-checklinkname=0", "-linkmode", "external", "-extldflags", "-static"],
      },
    ],
  },
];

/** The local cluster, where Docker does not run. */
const cluster: readonly Tool[] = [
  {
    name: "kubectl",
    group: "cluster",
    version: kubernetesVersion,
    programs: ["kubectl"],
    onPath: {
      program: "kubectl",
      args: ["version", "--client"],
      pattern: /^Client Version: v(\d+\.\d+\.\d+)$/m,
      accepts: { min: "1.33.0", below: "1.36.0" },
    },
    downloads: [kubernetesDownload("kubectl")],
    builds: [
      {
        module: "kubernetes",
        packages: { kubectl: "k8s.io/kubernetes/cmd/kubectl" },
        variables: kubernetesVariables,
      },
    ],
  },
  {
    name: "kubernetes",
    group: "cluster",
    version: kubernetesVersion,
    programs: controlPlane,
    onPath: {
      program: "kube-apiserver",
      args: ["--version"],
      pattern: /^Kubernetes v(\d+\.\d+\.\d+)$/m,
      accepts: kubernetesMinor,
    },
    downloads: controlPlane.map(kubernetesDownload),
    builds: [
      {
        module: "kubernetes",
        packages: Object.fromEntries(controlPlane.map((program) => [program, `k8s.io/kubernetes/cmd/${program}`])),
        variables: kubernetesVariables,
      },
    ],
  },
  {
    name: "coredns",
    group: "cluster",
    version: "1.14.7",
    programs: ["coredns"],
    onPath: {
      program: "coredns",
      args: ["-version"],
      pattern: /^CoreDNS-(\d+\.\d+\.\d+)$/m,
      accepts: { min: "1.14.0", below: "1.15.0" },
    },
    downloads: [
      {
        url: "https://github.com/coredns/coredns/releases/download/v{version}/coredns_{version}_{os}_{arch}.tgz",
        checksumUrl:
          "https://github.com/coredns/coredns/releases/download/v{version}/coredns_{version}_{os}_{arch}.tgz.sha256",
        archive: { coredns: "coredns" },
      },
    ],
    builds: [{ module: "coredns", packages: { coredns: "github.com/coredns/coredns" } }],
  },
  {
    name: "kube-router",
    group: "cluster",
    version: "2.6.3",
    programs: ["kube-router"],
    builds: [
      {
        module: "kube-router",
        packages: { "kube-router": "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router" },
      },
    ],
  },
  {
    name: "storage-provisioner",
    group: "cluster",
    version: "1.0.0",
    programs: ["storage-provisioner"],
    builds: [{ module: "storage-provisioner", packages: { "storage-provisioner": "." } }],
  },
];

export const catalog: readonly Tool[] = [...engine, ...fabric, ...ethereum, ...cluster];

export const groups: readonly Group[] = ["engine", "fabric", "ethereum", "cluster"];

/** Debian packages that the programs of a group call while they run. */
export const runtimePackages: Readonly<Record<Group, readonly string[]>> = {
  engine: [],
  fabric: [],
  ethereum: [],
  cluster: [
    "busybox-static",
    "containerd",
    "containernetworking-plugins",
    "etcd-server",
    "hostname",
    "iproute2",
    "ipset",
    "iptables",
    "nftables",
    "runc",
    "util-linux",
  ],
};
