/** Stack file section `cluster` with `vendor: local`. */
import { z } from "zod";
import { dnsLabel, map, text } from "../kit/fields";
import { foreign } from "./existing";

export const localSchema = map({
  vendor: z.literal("local").describe("The cluster that `make up` starts on this machine."),
  name: dnsLabel(40).default("local").describe("Name of the cluster."),
  kubeconfigFile: text(/./, "the path of a kubeconfig file")
    .default(".local/cluster/kubeconfig.json")
    .describe("Kubeconfig of the running local cluster, relative to the project."),
  ...foreign,
});
