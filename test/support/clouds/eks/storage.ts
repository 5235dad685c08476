/** File systems, keys and logs of AWS. */
import { randomUUID } from "node:crypto";
import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import type * as efs from "@pulumi/aws/efs";
import type * as kms from "@pulumi/aws/kms";
import { text } from "../cloud-style";
import { resource, type Draft, type Reference, type ResourceType } from "../resource-type";
import { accountId, arn, newId, regionOf } from "./account";
import { behindGroups, inSubnets, networkOf } from "./ec2";

const keyType = "aws:kms/key:Key";
const fileSystemType = "aws:efs/fileSystem:FileSystem";
const tagsAll = ({ inputs }: Draft): Draft["inputs"][string] => inputs.tags ?? {};

function ofFileSystem(onDelete: Reference["onDelete"]): Reference {
  return { path: "fileSystemId", type: fileSystemType, onDelete };
}

const encryptedBy = (path: string): Reference => ({ path, type: keyType, by: "arn", onDelete: "nothing" });

export const storageResources: Record<string, ResourceType> = {
  [keyType]: resource<kms.KeyArgs, kms.Key>({
    required: {},
    replaces: ["customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion", "xksKeyId"],
    refers: [],
    id: () => randomUUID(),
    outputs: { arn: (draft) => arn("kms", draft, `key/${draft.id}`), keyId: ({ id }) => id, tagsAll },
    moves: { tagsAll: ["tags"] },
  }),
  "aws:kms/alias:Alias": resource<kms.AliasArgs, kms.Alias>({
    required: { targetKeyId: true },
    autoname: "name",
    replaces: ["name", "namePrefix"],
    refers: [{ path: "targetKeyId", type: keyType, onDelete: "cascade", except: /^arn:/ }],
    problems: ({ name }) =>
      typeof name === "string" && !name.startsWith("alias/") ? [`name must begin with 'alias/': ${name}`] : [],
    id: ({ inputs }) => text(inputs.name),
    outputs: {
      arn: (draft) => arn("kms", draft, text(draft.inputs.name)),
      targetKeyArn: (draft) => arn("kms", draft, `key/${text(draft.inputs.targetKeyId)}`),
    },
    moves: { targetKeyArn: ["targetKeyId"] },
  }),
  [fileSystemType]: resource<efs.FileSystemArgs, efs.FileSystem>({
    required: {},
    replaces: ["availabilityZoneName", "creationToken", "encrypted", "kmsKeyId", "performanceMode"],
    refers: [encryptedBy("kmsKeyId")],
    problems: ({ encrypted, kmsKeyId }) =>
      kmsKeyId !== undefined && encrypted !== true ? ["encrypted must be set to true when kmsKeyId is specified"] : [],
    id: () => newId("fs"),
    outputs: {
      arn: (draft) => arn("elasticfilesystem", draft, `file-system/${draft.id}`),
      dnsName: (draft) => `${draft.id}.efs.${regionOf(draft)}.amazonaws.com`,
      numberOfMountTargets: () => 0,
      ownerId: () => accountId,
      tagsAll,
    },
    moves: { tagsAll: ["tags"] },
  }),
  "aws:efs/mountTarget:MountTarget": resource<efs.MountTargetArgs, efs.MountTarget>({
    required: { fileSystemId: true, subnetId: true },
    replaces: ["fileSystemId", "subnetId", "ipAddress", "ipAddressType", "ipv6Address"],
    refers: [ofFileSystem("refuse"), inSubnets("subnetId"), behindGroups("securityGroups[]")],
    refusesCreate: (draft) => {
      const zone = zoneOf(draft);
      const others = draft.cloud
        .list(draft.type)
        .filter((each) => each.inputs.fileSystemId === draft.inputs.fileSystemId);
      if (others.some((other) => other.outputs.availabilityZoneName === zone)) {
        return "creating EFS Mount Target: api error MountTargetConflict: mount target already exists in this AZ";
      }
      const networks = [draft, ...others].map(({ inputs }) => networkOf(draft.cloud, inputs, "subnetId"));
      return new Set(networks).size > 1
        ? "creating EFS Mount Target: api error MountTargetConflict: requested subnet for new mount target is not in the same VPC as existing mount targets"
        : undefined;
    },
    id: () => newId("fsmt"),
    outputs: {
      availabilityZoneName: (draft) => zoneOf(draft),
      dnsName: (draft) => `${text(draft.inputs.fileSystemId)}.efs.${regionOf(draft)}.amazonaws.com`,
      networkInterfaceId: () => newId("eni"),
      ownerId: () => accountId,
    },
  }),
  "aws:efs/accessPoint:AccessPoint": resource<efs.AccessPointArgs, efs.AccessPoint>({
    required: { fileSystemId: true },
    replaces: ["fileSystemId", "posixUser", "rootDirectory"],
    refers: [ofFileSystem("cascade")],
    id: () => newId("fsap"),
    outputs: {
      arn: (draft) => arn("elasticfilesystem", draft, `access-point/${draft.id}`),
      fileSystemArn: (draft) => arn("elasticfilesystem", draft, `file-system/${text(draft.inputs.fileSystemId)}`),
      ownerId: () => accountId,
      tagsAll,
    },
    moves: { tagsAll: ["tags"] },
  }),
  "aws:efs/backupPolicy:BackupPolicy": resource<efs.BackupPolicyArgs, efs.BackupPolicy>({
    required: { backupPolicy: true, fileSystemId: true },
    replaces: ["fileSystemId"],
    refers: [ofFileSystem("cascade")],
    id: ({ inputs }) => text(inputs.fileSystemId),
    outputs: {},
  }),
  "aws:efs/fileSystemPolicy:FileSystemPolicy": resource<efs.FileSystemPolicyArgs, efs.FileSystemPolicy>({
    required: { policy: true, fileSystemId: true },
    replaces: ["fileSystemId"],
    refers: [ofFileSystem("cascade")],
    id: ({ inputs }) => text(inputs.fileSystemId),
    outputs: {},
  }),
  "aws:cloudwatch/logGroup:LogGroup": resource<cloudwatch.LogGroupArgs, cloudwatch.LogGroup>({
    required: {},
    autoname: "name",
    replaces: ["name", "namePrefix", "logGroupClass"],
    refers: [encryptedBy("kmsKeyId")],
    id: ({ inputs }) => text(inputs.name),
    outputs: { arn: (draft) => arn("logs", draft, `log-group:${text(draft.inputs.name)}`), tagsAll },
    moves: { tagsAll: ["tags"] },
  }),
};

function zoneOf({ inputs, cloud }: Draft): string {
  return text(cloud.get("aws:ec2/subnet:Subnet", text(inputs.subnetId))?.outputs.availabilityZone);
}
