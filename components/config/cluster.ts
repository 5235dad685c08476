/** Stack file section `cluster`: the Kubernetes cluster and how to reach it. */
import { z } from "zod";
import { dnsLabel, dnsName, flag, map, text, wholeNumber } from "./fields";

const kubeconfigSource = z
  .discriminatedUnion(
    "from",
    [
      map({
        from: z.literal("secret").describe("A secret of this stack: `pulumi config set --secret kubeconfig < file`."),
        key: text(/^[A-Za-z][A-Za-z0-9_-]*$/, "the name of a config key, without the project")
          .default("kubeconfig")
          .describe("Config key that holds the kubeconfig text."),
      }),
      map({
        from: z.literal("file").describe("A file on the machine that runs `pulumi`."),
        path: text(/./, "the path of a kubeconfig file").describe(
          "Path, relative to the project; `~/` is the home directory.",
        ),
      }),
      map({
        from: z.literal("stack").describe("An output of another Pulumi stack."),
        stack: text(
          /^[^/\s]+\/[^/\s]+\/[^/\s]+$/,
          'a full stack name, for example "organization/clusters/prod"',
        ).describe("Full stack name."),
        output: text(/./, "the name of a stack output").default("kubeconfig").describe("Name of the output."),
      }),
    ],
    { error: "one of secret, file, stack" },
  )
  .prefault({ from: "secret" });

const common = {
  dnsDomain: dnsName()
    .default("cluster.local")
    .describe(
      "DNS domain of the cluster's Services. Part of TLS names and channel endpoints: fixed for the life of a network.",
    ),
  generation: wholeNumber(1, 1_000_000)
    .default(1)
    .describe(
      "Raise by one after the cluster was recreated under the same name: everything in it is then created anew.",
    ),
};

const existing = map({
  vendor: z.literal("existing").describe("A cluster made elsewhere: any cloud, on-premises, another stack."),
  name: dnsLabel(40).describe(
    "Name of the cluster. Another name means another cluster: everything in it is created anew.",
  ),
  kubeconfig: kubeconfigSource.describe(
    "Where the kubeconfig comes from. Users with an exec plugin are kept as they are.",
  ),
  context: text(/./, "the name of a context in the kubeconfig")
    .optional()
    .describe("Context to use instead of the current one."),
  networkPolicyEnforced: flag()
    .default(false)
    .describe(
      "Say true when the cluster's network plugin enforces NetworkPolicy objects; without that the network's isolation is only on paper.",
    ),
  ...common,
});

const local = map({
  vendor: z.literal("local").describe("The cluster that `make up` starts on this machine."),
  name: dnsLabel(40).default("local").describe("Name of the cluster."),
  kubeconfigFile: text(/./, "the path of a kubeconfig file")
    .default(".local/cluster/kubeconfig.json")
    .describe("Kubeconfig of the running local cluster, relative to the project."),
  ...common,
});

/** Further vendors are further members of this union, each with its own keys. */
export const clusterSchema = z.discriminatedUnion("vendor", [existing, local], { error: "one of existing, local" });

export type ClusterConfig = z.infer<typeof clusterSchema>;
export type Vendor = ClusterConfig["vendor"];
/** Configuration of one vendor. */
export type VendorConfig<V extends Vendor> = Extract<ClusterConfig, { vendor: V }>;
export type KubeconfigSource = z.infer<typeof kubeconfigSource>;
