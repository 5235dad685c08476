/** Validators that go on from a backup. */
import type * as pulumi from "@pulumi/pulumi";
import { restoredValidator, whyNoRestore } from "../../config";
import { createRestorePoint, type RestoredVolume } from "../workload";
import type { EthereumContext } from "./context";

/** Name of a validator's volume in backups, for good. */
export const chainVolume = (node: string): string => `${node}-chain`;

/** Backup of a validator; undefined if it runs on its own volume. */
export function restoredChain(
  component: pulumi.Resource,
  prefix: string,
  node: string,
  { network, config, namespace, ledger }: EthereumContext,
): RestoredVolume | undefined {
  const entry = restoredValidator(config, node);
  if (entry === undefined) return undefined;
  const { moment, at } = entry;
  const point = createRestorePoint(
    prefix,
    {
      name: `${network}/${node}`,
      path: `network.ethereum.restore[${at}].moment`,
      namespace: namespace.name,
      moment,
      volumes: [chainVolume(node)],
      refusal: whyNoRestore(config),
    },
    { parent: component, provider: ledger },
  );
  return { suffix: moment, snapshot: `${chainVolume(node)}-${moment}`, after: [point] };
}
