import type { ResourceRule } from "../rule";
import { at, isTrue, items, textAt } from "../values";

/**
 * Disks and file systems are encrypted at rest. Azure and Google Cloud always encrypt, so their resources need no
 * check.
 */
export const diskEncryption: ResourceRule = {
  name: "disk-encryption",
  description: "Disks, file systems and the storage classes that make them are encrypted.",
  check: ({ type, properties }) => checks[type]?.(properties) ?? [],
};

const checks: Record<string, (properties: unknown) => string[]> = {
  "kubernetes:storage.k8s.io/v1:StorageClass": checkClass,
  "aws:ebs/volume:Volume": (properties) => mustBeTrue(properties, "encrypted"),
  "aws:efs/fileSystem:FileSystem": (properties) => mustBeTrue(properties, "encrypted"),
  "aws:ec2/launchTemplate:LaunchTemplate": checkLaunchTemplate,
  "aws:eks/nodeGroup:NodeGroup": (properties) =>
    at(properties, "launchTemplate") === undefined
      ? ["launchTemplate is missing, so the nodes' disks are not encrypted; must be one with encrypted disks"]
      : [],
  "alicloud:ecs/ecsDisk:EcsDisk": (properties) => mustBeTrue(properties, "encrypted"),
  "alicloud:cs/nodePool:NodePool": (properties) => [
    ...mustBeTrue(properties, "systemDiskEncrypted"),
    ...items(properties, "dataDisks").flatMap((disk, index) => mustBeTrue(disk, "encrypted", `dataDisks[${index}].`)),
  ],
  "alicloud:nas/fileSystem:FileSystem": (properties) =>
    ["1", "2"].includes(textAt(properties, "encryptType"))
      ? []
      : ["encryptType is 0, which means not encrypted; must be 1 (a key of NAS) or 2 (a key of yours)"],
};

/** Drivers that encrypt disks only with a parameter of the class. */
const optionalEncryption = ["ebs.csi.aws.com", "kubernetes.io/aws-ebs", "diskplugin.csi.alibabacloud.com"];

function checkClass(properties: unknown): string[] {
  return optionalEncryption.includes(textAt(properties, "provisioner"))
    ? mustBeTrue(at(properties, "parameters"), "encrypted", "parameters.")
    : [];
}

function checkLaunchTemplate(properties: unknown): string[] {
  const disks = items(properties, "blockDeviceMappings");
  if (disks.length === 0) {
    return [
      "blockDeviceMappings is missing, so the image's disk is not encrypted; must name it with ebs.encrypted true",
    ];
  }
  return disks.flatMap((disk, index) =>
    // A mapping without `ebs` is an instance's own disk, which the hardware encrypts, or no disk.
    at(disk, "ebs") === undefined ? [] : mustBeTrue(at(disk, "ebs"), "encrypted", `blockDeviceMappings[${index}].ebs.`),
  );
}

function mustBeTrue(properties: unknown, key: string, prefix = ""): string[] {
  const value = at(properties, key);
  return isTrue(value) ? [] : [`${prefix}${key} is ${value === undefined ? "missing" : "false"}; must be true`];
}
