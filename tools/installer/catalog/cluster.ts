import type { Download, Tool } from "../tool";

const kubernetesVersion = "1.34.4";

/** Programs of one cluster share a minor version; kubectl's may differ by one: https://kubernetes.io/releases/version-skew-policy/ */
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

/** Tools of the local cluster: kind where Docker runs, else Kubernetes' own programs for the built-in cluster. */
export const clusterTools: readonly Tool[] = [
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
    group: "builtin",
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
    group: "builtin",
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
    group: "builtin",
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
    name: "load-balancer",
    group: "builtin",
    version: "1.0.0",
    programs: ["load-balancer"],
    builds: [{ module: "load-balancer", packages: { "load-balancer": "." } }],
  },
  {
    name: "storage-provisioner",
    group: "cluster",
    version: "1.0.0",
    programs: ["storage-provisioner"],
    builds: [{ module: "storage-provisioner", packages: { "storage-provisioner": "." } }],
  },
  {
    name: "kind",
    group: "kind",
    version: "0.30.0",
    programs: ["kind"],
    onPath: {
      program: "kind",
      args: ["version"],
      pattern: /^kind v(\d+\.\d+\.\d+)/m,
      accepts: { min: "0.30.0", below: "1.0.0" },
    },
    // https://kind.sigs.k8s.io/docs/user/quick-start/#installing-from-release-binaries
    downloads: [
      {
        url: "https://kind.sigs.k8s.io/dl/v{version}/kind-{os}-{arch}",
        checksumUrl: "https://kind.sigs.k8s.io/dl/v{version}/kind-{os}-{arch}.sha256sum",
        program: "kind",
      },
    ],
    builds: [{ module: "kind", packages: { kind: "sigs.k8s.io/kind" } }],
  },
];
