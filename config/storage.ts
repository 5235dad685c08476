/** Stack file section `storage`: the two storage classes. */
import { type z } from "zod";
import { problem, type Problem } from "../lib/problem";
import { choice, list, map, oneLine, text, textMap, wholeNumber } from "./kit/fields";
import type { Loose } from "./kit/json-schema";
import { error, type Rule } from "./kit/rule";

const driver = map({
  className: text(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "the name of a StorageClass")
    .optional()
    .describe("StorageClass of the cluster. Default: a new one."),
  provisioner: text(
    /^([A-Za-z0-9][A-Za-z0-9.-]{0,252}\/)?[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/,
    'a CSI driver name, for example "ebs.csi.aws.com"',
  )
    .optional()
    .describe("CSI driver. Default: the vendor's own; an `existing` cluster has no default."),
  parameters: textMap(oneLine("a parameter"))
    .optional()
    .describe(
      "Class parameters, with the names in the driver's documentation. They are merged over those of the vendor.",
    ),
  mountOptions: list(oneLine("a mount option"), { of: "mount options" })
    .optional()
    .describe("Mount options of the volumes. Default: those of the vendor."),
});

export const storageSchema = map({
  reclaimPolicy: choice(["Retain", "Delete"])
    .optional()
    .describe(
      "Whether a disk stays when its claim is deleted, and a snapshot when its VolumeSnapshot is deleted. Default: Retain; Delete on a local cluster and with `environment: development`.",
    ),
  generation: wholeNumber(1, 1000)
    .default(1)
    .describe(
      "Number in the names of the classes. Raise it with any change here, since classes are immutable. Volumes keep the old class.",
    ),
  block: driver.optional().describe("Disks for one node (ReadWriteOnce): ledgers, databases, logs."),
  file: driver
    .optional()
    .describe("Network file storage that many pods share (ReadWriteMany). Never for ledgers or databases."),
}).prefault({});

/** The section in the file. */
type StorageFile = z.infer<typeof storageSchema>;
/** The section with all defaults filled in. */
export type StorageConfig = Omit<StorageFile, "reclaimPolicy"> & { reclaimPolicy: "Retain" | "Delete" };
export type DriverConfig = z.infer<typeof driver>;
type LooseStorage = Loose<StorageConfig>;

/** Whether the vendor's own file system is needed: a driver or class of the stack file needs none. */
export function usesVendorFileSystem(storage: Loose<StorageFile> | undefined): boolean {
  const file = storage?.file;
  return file !== undefined && file.className === undefined && file.provisioner === undefined;
}

/** Fills in values that follow from the cluster. */
export function resolveStorage(
  storage: Loose<StorageFile> | undefined,
  { isDisposable }: { isDisposable: boolean },
): LooseStorage | undefined {
  if (storage === undefined) return undefined;
  return { ...storage, reclaimPolicy: storage.reclaimPolicy ?? (isDisposable ? "Delete" : "Retain") };
}

export const storageRules: readonly Rule<LooseStorage>[] = [
  error((storage, { vendor }) =>
    (["block", "file"] as const).flatMap((kind): Problem[] => {
      const settings = storage[kind];
      const path = `storage.${kind}`;
      const own = (["provisioner", "parameters", "mountOptions"] as const).filter(
        (key) => settings?.[key] !== undefined,
      );
      if (settings?.className !== undefined && own.length > 0) {
        return [
          problem({
            path: `${path}.className`,
            given: settings.className,
            must: "be left out, or stand alone",
            because: `there is ${own.join(", ")}, and a class either exists or has settings`,
          }),
        ];
      }
      const isKnown = settings?.className !== undefined || settings?.provisioner !== undefined;
      if (vendor !== "existing" || isKnown || (kind === "file" && settings === undefined)) return [];
      return [
        problem({
          path,
          given: settings,
          must: "have `className` or `provisioner`",
          because: "an existing cluster does not say which storage it has",
        }),
      ];
    }),
  ),
];
