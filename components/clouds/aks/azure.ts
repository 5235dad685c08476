import type * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import type { CloudContext } from "../cloud-cluster";

/** Arguments of nearly every Azure resource. Unlike other clouds, Azure has no default tags. */
export interface ResourceSettings {
  /** Name of the resource group. */
  resourceGroupName: pulumi.Input<string>;
  /** Region, for example `westeurope`. */
  location: string;
  /** Tags, name to value. */
  tags: Record<string, string>;
}

export interface AksContext extends CloudContext<"aks"> {
  settings: ResourceSettings;
}

/**
 * Name of an Azure resource, which exists when the name is known. A preview that updates the resource knows its id, but
 * none of its other outputs: resources made of those outputs would show as replaced. Read further properties with a
 * function of the SDK, called with this name.
 *
 * @param given Name in the stack file. Default: the last part of the id.
 */
export function nameOf({ id }: pulumi.CustomResource, given?: string): pulumi.Output<string> {
  return id.apply((text) => given ?? text.slice(text.lastIndexOf("/") + 1));
}

/** Built-in roles: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const roleIds = {
  "Network Contributor": "4d97b98b-1d4f-4787-a291-c67834d212e7",
  "Key Vault Crypto User": "12338af0-0e69-4776-bea7-57ae8d297424",
  "Key Vault Crypto Service Encryption User": "e147488a-f6f5-4113-8e2d-b22465e65bf6",
  "Disk Snapshot Contributor": "7efff54f-a5b4-42b5-a1c5-5411624893ce",
  Reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  "Azure Kubernetes Service RBAC Cluster Admin": "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
} as const;

export type RoleName = keyof typeof roleIds;

/** Resource id of the definition of a role. */
export function roleDefinitionId({ subscriptionId }: VendorConfig<"aks">, role: RoleName): string {
  return `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roleIds[role]}`;
}
