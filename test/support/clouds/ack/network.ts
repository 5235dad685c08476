/**
 * Networks, keys and file systems of Alibaba Cloud. Replacements follow the schemas of
 * aliyun/terraform-provider-alicloud, on which Pulumi's provider is built.
 */
import { randomBytes } from "node:crypto";
import type * as ecs from "@pulumi/alicloud/ecs";
import type * as kms from "@pulumi/alicloud/kms";
import type * as nas from "@pulumi/alicloud/nas";
import type * as vpc from "@pulumi/alicloud/vpc";
import { contains } from "../addresses";
import { text } from "../cloud-style";
import { resource, type Draft, type Reference, type ResourceType } from "../resource-type";

export const vpcType = "alicloud:vpc/network:Network";
export const switchType = "alicloud:vpc/switch:Switch";
const gatewayType = "alicloud:vpc/natGateway:NatGateway";
const addressType = "alicloud:ecs/eipAddress:EipAddress";
const fileSystemType = "alicloud:nas/fileSystem:FileSystem";
const groupType = "alicloud:nas/accessGroup:AccessGroup";

export function newId(prefix: string): string {
  return `${prefix}-${randomBytes(8).toString("hex")}`;
}

export function inSwitch(path: string): Reference {
  return { path, type: switchType, onDelete: "refuse" };
}

const inVpc: Reference = { path: "vpcId", type: vpcType, onDelete: "refuse" };
const now = (): string => new Date().toISOString();
const available = (): string => "Available";

export const networkResources: Record<string, ResourceType> = {
  [vpcType]: resource<vpc.NetworkArgs, vpc.Network>({
    required: {},
    replaces: ["isDefault", "ipv4IpamPoolId"],
    refers: [],
    refusesUpdate: ({ inputs }, previous) =>
      inputs.cidrBlock === previous.inputs.cidrBlock
        ? undefined
        : "ErrorCode: OperationDenied.CidrBlock: VSwitches exist",
    id: () => newId("vpc"),
    outputs: { createTime: now, routeTableId: () => newId("vtb"), routerId: () => newId("vrt"), status: available },
  }),
  [switchType]: resource<vpc.SwitchArgs, vpc.Switch>({
    required: {},
    replaces: ["cidrBlock", "vpcId", "zoneId", "isDefault"],
    refers: [inVpc],
    refusesCreate: ({ inputs, cloud }) => {
      const outer = text(cloud.get(vpcType, text(inputs.vpcId))?.inputs.cidrBlock);
      return contains(outer, text(inputs.cidrBlock))
        ? undefined
        : `ErrorCode: InvalidCidrBlock.NotInVpc: ${text(inputs.cidrBlock)} is not in ${outer}`;
    },
    id: () => newId("vsw"),
    outputs: { createTime: now, status: available },
  }),
  [gatewayType]: resource<vpc.NatGatewayArgs, vpc.NatGateway>({
    required: { vpcId: true },
    replaces: ["vpcId", "networkType"],
    refers: [inVpc, inSwitch("vswitchId")],
    id: () => newId("ngw"),
    outputs: { forwardTableIds: () => newId("ftb"), snatTableIds: () => newId("stb"), status: available },
  }),
  [addressType]: resource<ecs.EipAddressArgs, ecs.EipAddress>({
    required: {},
    replaces: ["instanceChargeType", "isp", "netmode", "paymentType", "zone"],
    refers: [],
    id: () => newId("eip"),
    outputs: {
      createTime: now,
      ipAddress: ({ id }) => `203.0.113.${Number.parseInt(id.slice(-2), 16)}`,
      status: () => "InUse",
    },
  }),
  "alicloud:ecs/eipAssociation:EipAssociation": resource<ecs.EipAssociationArgs, ecs.EipAssociation>({
    required: { allocationId: true, instanceId: true },
    replaces: ["allocationId", "instanceId", "instanceType", "mode", "privateIpAddress", "vpcId"],
    refers: [
      { path: "allocationId", type: addressType, onDelete: "refuse" },
      { path: "instanceId", type: gatewayType, onDelete: "refuse" },
    ],
    refusesCreate: ({ type, inputs, cloud }) =>
      cloud.find(type, "allocationId", inputs.allocationId ?? null)
        ? `ErrorCode: InvalidAssociation.Duplicated: ${text(inputs.allocationId)} is bound to another instance`
        : undefined,
    id: ({ inputs }) => `${text(inputs.allocationId)}:${text(inputs.instanceId)}`,
    outputs: {},
  }),
  "alicloud:vpc/snatEntry:SnatEntry": resource<vpc.SnatEntryArgs, vpc.SnatEntry>({
    required: { snatIp: true, snatTableId: true },
    replaces: ["snatTableId", "sourceCidr", "sourceVswitchId"],
    refers: [
      { path: "snatTableId", type: gatewayType, by: "snatTableIds", onDelete: "refuse" },
      { path: "snatIp", type: addressType, by: "ipAddress", onDelete: "refuse" },
    ],
    refusesCreate: refuseSnat,
    id: ({ inputs }) => `${text(inputs.snatTableId)}:${newId("snat")}`,
    outputs: { snatEntryId: () => newId("snat"), status: available },
  }),
  "alicloud:kms/key:Key": resource<kms.KeyArgs, kms.Key>({
    required: {},
    replaces: ["keySpec", "keyUsage", "origin", "protectionLevel", "dkmsInstanceId"],
    refers: [],
    refusesDelete: ({ id, inputs }) =>
      inputs.deletionProtection === "Enabled"
        ? `ErrorCode: Rejected.DeletionProtection: key ${id} has deletion protection`
        : undefined,
    id: () => newId("key"),
    outputs: { arn: ({ id }) => `acs:kms:eu-central-1:1234567890123456:key/${id}`, creationDate: now },
  }),
  [fileSystemType]: resource<nas.FileSystemArgs, nas.FileSystem>({
    required: { protocolType: true, storageType: true },
    replaces: [
      "encryptType",
      "fileSystemType",
      "protocolType",
      "storageType",
      "kmsKeyId",
      "snapshotId",
      "vpcId",
      "vswitchId",
      "zoneId",
    ],
    refers: [],
    id: () => randomBytes(5).toString("hex"),
    outputs: { createTime: now, status: () => "Running" },
  }),
  [groupType]: resource<nas.AccessGroupArgs, nas.AccessGroup>({
    required: {},
    autoname: "accessGroupName",
    replaces: ["accessGroupName", "accessGroupType", "fileSystemType", "name", "type"],
    refers: [],
    id: ({ inputs }) => `${text(inputs.accessGroupName)}:${text(inputs.fileSystemType) || "standard"}`,
    outputs: { createTime: now },
  }),
  "alicloud:nas/accessRule:AccessRule": resource<nas.AccessRuleArgs, nas.AccessRule>({
    required: { accessGroupName: true },
    replaces: ["accessGroupName", "fileSystemType", "ipv6SourceCidrIp"],
    refers: [{ path: "accessGroupName", type: groupType, by: "accessGroupName", onDelete: "cascade" }],
    id: ({ inputs }) => `${text(inputs.accessGroupName)}:${newId("rule")}`,
    outputs: { accessRuleId: () => newId("rule") },
  }),
  "alicloud:nas/mountTarget:MountTarget": resource<nas.MountTargetArgs, nas.MountTarget>({
    required: { fileSystemId: true },
    replaces: ["fileSystemId", "networkType", "securityGroupId", "vpcId", "vswitchId"],
    refers: [
      { path: "fileSystemId", type: fileSystemType, onDelete: "refuse" },
      { path: "accessGroupName", type: groupType, by: "accessGroupName", onDelete: "refuse" },
      inVpc,
      inSwitch("vswitchId"),
    ],
    // https://www.alibabacloud.com/help/en/nas/product-overview/limits
    refusesCreate: ({ type, inputs, cloud }) =>
      cloud.list(type).filter((other) => other.inputs.fileSystemId === inputs.fileSystemId).length >= 2
        ? "ErrorCode: InvalidStatus.MountTargetExceedsLimit: a file system has two mount targets at most"
        : undefined,
    id: ({ inputs }) => `${text(inputs.fileSystemId)}:${newId("mount")}`,
    outputs: {
      mountTargetDomain: ({ inputs }) => `${text(inputs.fileSystemId)}-abc.eu-central-1.nas.aliyuncs.com`,
      status: () => "Active",
    },
  }),
};

/** A gateway can use an address only after the address is bound to it. */
function refuseSnat({ inputs, cloud }: Draft): string | undefined {
  const address = cloud.find(addressType, "ipAddress", inputs.snatIp ?? null);
  const bound = cloud.find("alicloud:ecs/eipAssociation:EipAssociation", "allocationId", address?.id ?? null);
  return bound ? undefined : `ErrorCode: InvalidSnatIp.NotFound: ${text(inputs.snatIp)} is not bound to the gateway`;
}
