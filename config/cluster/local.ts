/** Stack file section `cluster` with `vendor: local`. */
import { z } from "zod";
import { dnsLabel, flag, map, text } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { foreign } from "./existing";

/** The cluster of stack files that name none. */
const defaultName = "local";

const schema = map({
  vendor: z.literal("local").describe("A cluster that `make up` starts on this machine."),
  name: dnsLabel(20)
    .default(defaultName)
    .describe("Name of the cluster. Stacks with different names are on clusters of their own, up to four at a time."),
  kubeconfigFile: text(/./, "the path of a kubeconfig file")
    .optional()
    .describe(
      "Kubeconfig of the running cluster, relative to the project. Default: `.local/cluster/kubeconfig.json`; for a cluster with another name than `local`, `.local/clusters/<name>/kubeconfig.json`.",
    ),
  snapshots: flag()
    .default(false)
    .describe(
      "Whether volumes of `storage.block` can be copied by VolumeSnapshots. Their driver is another one, so it cannot change for volumes that exist.",
    ),
  ...foreign,
});

/** Path of the kubeconfig of a running cluster, relative to the project. `local-cluster/` writes it there. */
export function localKubeconfigFile(name: string): string {
  return `.local/${name === defaultName ? "cluster" : `clusters/${name}`}/kubeconfig.json`;
}

export const local = {
  schema,
  rules: [],
  derived: ({ name, kubeconfigFile }: Loose<z.infer<typeof schema>>) => ({
    kubeconfigFile: kubeconfigFile ?? (name && localKubeconfigFile(name)),
  }),
};
