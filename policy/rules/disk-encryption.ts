import { problem, type Problem } from "../../lib/problem";
import { checkByType, type ResourceRule, type TypeChecks } from "../rule";
import { at, isTrue, items, textAt } from "../values";

/**
 * Disks and file systems are encrypted at rest. Azure and Google Cloud always encrypt, so their resources need no
 * check.
 */
export const diskEncryption: ResourceRule = {
  name: "disk-encryption",
  description: "Disks, file systems and the storage classes that make them are encrypted.",
  check: (subject) => checkByType(checks, subject),
};

const checks: TypeChecks = [
  [/^kubernetes:storage\.k8s\.io\/v1:StorageClass$/, checkClass],
  [/^aws:ec2\/launchTemplate:LaunchTemplate$/, checkLaunchTemplate],
  [/^aws:eks\/nodeGroup:NodeGroup$/, checkNodeGroup],
  [
    /^(aws:ebs\/volume:Volume|aws:efs\/fileSystem:FileSystem|alicloud:ecs\/ecsDisk:EcsDisk)$/,
    (properties) => mustBeTrue(properties, "encrypted"),
  ],
  [
    /^alicloud:cs\/nodePool:NodePool$/,
    (properties) => [
      ...mustBeTrue(properties, "systemDiskEncrypted"),
      ...items(properties, "dataDisks").flatMap((disk, index) => mustBeTrue(disk, "encrypted", `dataDisks[${index}].`)),
    ],
  ],
  [/^alicloud:nas\/fileSystem:FileSystem$/, checkNas],
];

/** Drivers that encrypt disks only with a parameter of the class. */
const optionalEncryption = ["ebs.csi.aws.com", "kubernetes.io/aws-ebs", "diskplugin.csi.alibabacloud.com"];

function checkClass(properties: unknown): Problem[] {
  return optionalEncryption.includes(textAt(properties, "provisioner"))
    ? mustBeTrue(at(properties, "parameters"), "encrypted", "parameters.")
    : [];
}

function checkLaunchTemplate(properties: unknown): Problem[] {
  const disks = items(properties, "blockDeviceMappings");
  if (disks.length === 0) {
    const must = "name the disk of the image, with ebs.encrypted true";
    const because = "the disk is not encrypted otherwise";
    return [problem({ path: "blockDeviceMappings", given: at(properties, "blockDeviceMappings"), must, because })];
  }
  return disks.flatMap((disk, index) =>
    // A mapping without `ebs` is an instance's own disk, which the hardware encrypts, or no disk.
    at(disk, "ebs") === undefined ? [] : mustBeTrue(at(disk, "ebs"), "encrypted", `blockDeviceMappings[${index}].ebs.`),
  );
}

function checkNodeGroup(properties: unknown): Problem[] {
  if (at(properties, "launchTemplate") !== undefined) return [];
  const must = "be a template with encrypted disks";
  const because = "disks of nodes are not encrypted otherwise";
  return [problem({ path: "launchTemplate", given: undefined, must, because })];
}

function checkNas(properties: unknown): Problem[] {
  const given = at(properties, "encryptType");
  const must = "be 1 (a key of NAS) or 2 (a key of yours)";
  return ["1", "2"].includes(textAt(given)) ? [] : [problem({ path: "encryptType", given, must })];
}

function mustBeTrue(properties: unknown, key: string, prefix = ""): Problem[] {
  const given = at(properties, key);
  return isTrue(given) ? [] : [problem({ path: `${prefix}${key}`, given, must: "be true" })];
}
