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
    .describe(
      "Raise by one after the cluster was recreated under the same name: everything in it is then created anew.",
    ),
};

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
    wrongKind("from", ["secret", "file", "stack"]),
  )
  .prefault({ from: "secret" });

export const existingSchema = map({
  vendor: z.literal("existing").describe("A cluster made elsewhere: any cloud, on-premises, another stack."),
  name: dnsLabel(40).describe(
    "Name of the cluster. Another name means another cluster: everything in it is created anew.",
  ),
  environment: choice(["production", "development"])
    .optional()
    .describe(
      "`production` refuses a kubeconfig with `insecure-skip-tls-verify`, which is otherwise a warning. `development` lets volumes go with their claims and protects nothing. Default: neither.",
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
  ...foreign,
});

export type KubeconfigSource = z.infer<typeof kubeconfigSource>;
