/** Stack file section `cluster` with `vendor: existing`. */
import { z } from "zod";
import { choice, dnsLabel, dnsName, flag, map, text, wholeNumber, wrongKind } from "../kit/fields";

/** Keys of clusters that exist already. */
export const foreign = {
  dnsDomain: dnsName()
    .default("cluster.local")
    .describe(
      "DNS domain of the cluster's Services. Part of TLS names and channel endpoints: fixed for the life of a network.",
    ),
  generation: wholeNumber(1, 1_000_000)
    .default(1)
    .describe("Raise by one after a new cluster got the same name: all resources in it are then created anew."),
};

const kubeconfigSource = z
  .discriminatedUnion(
    "from",
    [
      map({
        from: z
          .literal("secret")
          .describe("Secret of this stack, set with `pulumi config set --secret kubeconfig < file`."),
        key: text(
          /^(?!(cluster|storage|network|transforms|allowReplacement)$)[A-Za-z][A-Za-z0-9_-]*$/,
          "the name of a config key of its own, without the project",
        )
          .default("kubeconfig")
          .describe("Config key with the text of the kubeconfig."),
      }),
      map({
        from: z.literal("file").describe("File on the machine that runs `pulumi`."),
        path: text(/./, "the path of a kubeconfig file").describe(
          "Path, relative to the project; `~/` is the home directory.",
        ),
      }),
      map({
        from: z.literal("stack").describe("Output of another Pulumi stack."),
        stack: text(
          /^[^/\s]+\/[^/\s]+\/[^/\s]+$/,
          'a full stack name, for example "organization/clusters/prod"',
        ).describe("Full stack name."),
        output: text(/./, "the name of a stack output").default("kubeconfig").describe("Name of the output."),
      }),
    ],
    wrongKind("from", ["secret", "file", "stack"]),
  )
  .prefault({ from: "secret" });

const schema = map({
  vendor: z.literal("existing").describe("A cluster that exists already: of any cloud, on-premises, of another stack."),
  name: dnsLabel(40).describe(
    "Name of the cluster. Another name is another cluster: all resources in it are created anew.",
  ),
  environment: choice(["production", "development"])
    .optional()
    .describe(
      "`production` refuses a kubeconfig with `insecure-skip-tls-verify`, which is otherwise a warning. `development` deletes volumes with their claims and protects nothing. Default: neither.",
    ),
  kubeconfig: kubeconfigSource.describe("Source of the kubeconfig. Users with an exec plugin stay as they are."),
  context: text(/./, "the name of a context in the kubeconfig")
    .optional()
    .describe("Context in the kubeconfig. Default: the current one."),
  networkPolicyEnforced: flag()
    .default(false)
    .describe(
      "Whether the cluster's network plugin enforces NetworkPolicy objects. Without enforcement the network is not isolated.",
    ),
  ...foreign,
});

export type KubeconfigSource = z.infer<typeof kubeconfigSource>;

export const existing = { schema, rules: [], derived: () => ({}) };
