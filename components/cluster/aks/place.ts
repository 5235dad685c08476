import type * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../config";

/** What nearly everything at Azure is told. Azure has no default tags, unlike the other clouds. */
export interface Place {
  resourceGroupName: pulumi.Input<string>;
  location: string;
  tags: Record<string, string>;
}

/** Built-in roles: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const roleIds = {
  "Network Contributor": "4d97b98b-1d4f-4787-a291-c67834d212e7",
  "Key Vault Crypto User": "12338af0-0e69-4776-bea7-57ae8d297424",
  "Key Vault Crypto Service Encryption User": "e147488a-f6f5-4113-8e2d-b22465e65bf6",
  Reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
} as const;

export type RoleName = keyof typeof roleIds;

/** Resource id of a role's definition. */
export function roleDefinitionId({ subscriptionId }: VendorConfig<"aks">, role: RoleName): string {
  return `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roleIds[role]}`;
}
