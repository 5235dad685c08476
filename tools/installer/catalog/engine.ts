import type { Tool } from "../tool";

const pulumiVersion = "3.259.0";

/** Tools that run Pulumi programs, for every stack. */
export const engineTools: readonly Tool[] = [
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
    // The language host left the SDK's module after 3.68.0. That release runs programs of SDK 3.259, too.
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
