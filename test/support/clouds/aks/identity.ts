/** Groups, identities, keys of Azure. */
import type * as authorization from "@pulumi/azure-native/authorization";
import type * as compute from "@pulumi/azure-native/compute";
import type * as keyvault from "@pulumi/azure-native/keyvault";
import type * as managedidentity from "@pulumi/azure-native/managedidentity";
import type * as resources from "@pulumi/azure-native/resources";
import { randomBytes } from "node:crypto";
import { isMap, type PropertyMap, type PropertyValue } from "../../../../provider/framework/property-value";
import { CloudError, text, type CloudFunction } from "../cloud-style";
import { resource, type Draft, type ResourceType } from "../resource-type";
import { armId, groupId, groupType, inGroup, nameOf, newUuid, succeeded } from "./arm";

const identityType = "azure-native:managedidentity:UserAssignedIdentity";
const vaultType = "azure-native:keyvault:Vault";
const keyType = "azure-native:keyvault:Key";
const disksType = "azure-native:compute:DiskEncryptionSet";

export const identityResources: Record<string, ResourceType> = {
  [groupType]: resource<resources.ResourceGroupArgs, resources.ResourceGroup>({
    required: {},
    autoname: "resourceGroupName",
    replaces: ["resourceGroupName", "location"],
    refers: [],
    id: groupId,
    outputs: { name: nameOf("resourceGroupName"), properties: () => ({ provisioningState: "Succeeded" }) },
  }),
  [identityType]: resource<managedidentity.UserAssignedIdentityArgs, managedidentity.UserAssignedIdentity>({
    required: { resourceGroupName: true },
    autoname: "resourceName",
    replaces: ["resourceGroupName", "resourceName", "location"],
    refers: [inGroup],
    id: armId("Microsoft.ManagedIdentity", ["userAssignedIdentities", "resourceName"]),
    outputs: { clientId: newUuid, name: nameOf("resourceName"), principalId: newUuid, tenantId: newUuid },
  }),
  "azure-native:authorization:RoleAssignment": resource<authorization.RoleAssignmentArgs, authorization.RoleAssignment>(
    {
      required: { principalId: true, roleDefinitionId: true, scope: true },
      autoname: "roleAssignmentName",
      replaces: ["principalId", "scope", "roleAssignmentName", "roleDefinitionId"],
      // The principal must exist. The scope is checked as a prefix of an id.
      refers: [],
      refusesCreate: refuseAssignment,
      id: ({ inputs }) =>
        `${text(inputs.scope)}/providers/Microsoft.Authorization/roleAssignments/${text(inputs.roleAssignmentName)}`,
      outputs: { createdOn: () => new Date().toISOString(), name: nameOf("roleAssignmentName") },
    },
  ),
  [vaultType]: resource<keyvault.VaultArgs, keyvault.Vault>({
    required: { properties: true, resourceGroupName: true },
    autoname: "vaultName",
    replaces: ["resourceGroupName", "vaultName", "location"],
    refers: [inGroup],
    problems: ({ vaultName }) =>
      typeof vaultName === "string" && !/^[a-zA-Z][a-zA-Z0-9-]{2,23}$/.test(vaultName)
        ? [`'vaultName' does not match expression '^[a-zA-Z0-9-]{3,24}$': ${vaultName}`]
        : [],
    refusesUpdate: ({ inputs }, previous) =>
      isPurgeProtected(previous.inputs) && !isPurgeProtected(inputs)
        ? `Status=400 Code="BadRequest" Message="The property "enablePurgeProtection" cannot be set to false."`
        : undefined,
    id: armId("Microsoft.KeyVault", ["vaults", "vaultName"]),
    outputs: { name: nameOf("vaultName") },
  }),
  // The provider only forgets a key, since the vault's API cannot delete one; the vault's deletion removes the key.
  [keyType]: resource<keyvault.KeyArgs, keyvault.Key>({
    required: { properties: true, resourceGroupName: true, vaultName: true },
    autoname: "keyName",
    replaces: ["resourceGroupName", "vaultName", "keyName"],
    refers: [inGroup, { path: "vaultName", type: vaultType, by: "name", onDelete: "cascade" }],
    staysWhenDeleted: true,
    id: armId("Microsoft.KeyVault", ["vaults", "vaultName"], ["keys", "keyName"]),
    outputs: {
      keyUri: ({ inputs }) => keyUri(inputs),
      keyUriWithVersion: ({ inputs }) => `${keyUri(inputs)}/${randomBytes(16).toString("hex")}`,
      name: nameOf("keyName"),
    },
  }),
  [disksType]: resource<compute.DiskEncryptionSetArgs, compute.DiskEncryptionSet>({
    required: { resourceGroupName: true },
    autoname: "diskEncryptionSetName",
    replaces: ["resourceGroupName", "diskEncryptionSetName", "location"],
    refers: [inGroup, { path: "activeKey.keyUrl", type: keyType, by: "keyUriWithVersion", onDelete: "nothing" }],
    id: armId("Microsoft.Compute", ["diskEncryptionSets", "diskEncryptionSetName"]),
    outputs: {
      identity: ({ inputs }) => ({ ...(inputs.identity as PropertyMap | undefined), principalId: newUuid() }),
      name: nameOf("diskEncryptionSetName"),
      provisioningState: succeeded,
    },
  }),
};

/** Finds a resource by its group and its name. */
function getter(type: string, name: string): CloudFunction {
  return ({ arguments: given, cloud }) => {
    const found = cloud
      .list(type)
      .find(({ inputs }) => inputs.resourceGroupName === given.resourceGroupName && inputs[name] === given[name]);
    if (found !== undefined) return { id: found.id, ...found.inputs, ...found.outputs };
    throw new CloudError(
      `Status=404 Code="ResourceNotFound" Message="The Resource '${text(given[name])}' was not found."`,
    );
  };
}

/** Object id of the identity that runs Pulumi. */
const callerId = "00000000-0000-0000-0000-0000000000c1";

export const identityFunctions: Record<string, CloudFunction> = {
  "azure-native:authorization:getClientConfig": ({ account }) => ({
    clientId: "00000000-0000-0000-0000-0000000000c0",
    objectId: callerId,
    subscriptionId: text(account.subscriptionId),
    tenantId: text(account.tenantId),
  }),
  "azure-native:managedidentity:getUserAssignedIdentity": getter(identityType, "resourceName"),
  "azure-native:compute:getDiskEncryptionSet": getter(disksType, "diskEncryptionSetName"),
};

function isPurgeProtected({ properties }: PropertyMap): boolean {
  return isMap(properties) && properties.enablePurgeProtection === true;
}

function keyUri({ vaultName, keyName }: PropertyMap): string {
  return `https://${text(vaultName)}.vault.azure.net/keys/${text(keyName)}`;
}

function refuseAssignment({ inputs, cloud }: Draft): string | undefined {
  const principals: (PropertyValue | undefined)[] = [
    callerId,
    ...cloud.list(identityType).map(({ outputs }) => outputs.principalId),
    ...cloud.list(disksType).map(({ outputs }) => (outputs.identity as PropertyMap).principalId),
  ];
  if (!principals.includes(inputs.principalId)) {
    return `Status=400 Code="PrincipalNotFound" Message="Principal ${text(inputs.principalId)} does not exist in the directory"`;
  }
  const scope = text(inputs.scope);
  return cloud.list().some(({ id }) => id === scope)
    ? undefined
    : `Status=404 Code="ResourceNotFound" Message="The resource '${scope}' was not found"`;
}
