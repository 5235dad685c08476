/** Stack file section `storage`: what the two storage classes are made of. */
import { z } from "zod";
import { choice, list, map, text, textMap, wholeNumber } from "./fields";

const driver = map({
  className: text(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "the name of a StorageClass")
    .optional()
    .describe("Use this StorageClass of the cluster instead of making one."),
  provisioner: text(/^[A-Za-z0-9]([A-Za-z0-9./-]*[A-Za-z0-9])?$/, 'a CSI driver name, for example "ebs.csi.aws.com"')
    .optional()
    .describe("CSI driver. Default: the vendor's own; an `existing` cluster has no default."),
  parameters: textMap()
    .optional()
    .describe("Class parameters as the driver's documentation names them, beside the vendor's and before them."),
  mountOptions: list(z.string({ error: "a mount option" }), { of: "mount options" })
    .optional()
    .describe("Mount options of the volumes."),
});

export const storageSchema = map({
  reclaimPolicy: choice(["Retain", "Delete"])
    .optional()
    .describe(
      "What becomes of a disk when its claim is deleted, and of a snapshot when its VolumeSnapshot is. Default: Retain; Delete on a local cluster and with `environment: development`.",
    ),
  generation: wholeNumber(1, 1000)
    .default(1)
    .describe(
      "Number in the class names. Raise it together with any change here: classes are immutable, volumes keep the old one.",
    ),
  block: driver.optional().describe("Disks for one node (ReadWriteOnce): ledgers, databases, logs."),
  file: driver
    .optional()
    .describe("Network file storage that many pods share (ReadWriteMany). Never for ledgers or databases."),
}).prefault({});

type Parsed = z.infer<typeof storageSchema>;
/** The section with defaults that depend on the cluster filled in. */
export type StorageConfig = Omit<Parsed, "reclaimPolicy"> & { reclaimPolicy: "Retain" | "Delete" };
export type DriverConfig = z.infer<typeof driver>;
