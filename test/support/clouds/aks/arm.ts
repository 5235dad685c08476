/** Azure Resource Manager: ids, names and other common parts of its resources. */
import { randomUUID } from "node:crypto";
import { text } from "../cloud-style";
import type { Draft, Reference } from "../resource-type";

type Made = Omit<Draft, "id">;

export const groupType = "azure-native:resources:ResourceGroup";

export function subscriptionOf({ account }: Pick<Draft, "account">): string {
  return text(account.subscriptionId);
}

export function groupId(draft: Made): string {
  return `/subscriptions/${subscriptionOf(draft)}/resourceGroups/${text(draft.inputs.resourceGroupName)}`;
}

/** Id of a resource, from its kinds and the inputs with its names: `Microsoft.Network/virtualNetworks/N/subnets/S`. */
export function armId(provider: string, ...path: [kind: string, input: string][]) {
  return (draft: Made): string =>
    [groupId(draft), "providers", provider, ...path.flatMap(([kind, input]) => [kind, text(draft.inputs[input])])].join(
      "/",
    );
}

/** Reference to the resource group, whose deletion deletes its resources. */
export const inGroup: Reference = { path: "resourceGroupName", type: groupType, by: "name", onDelete: "cascade" };

export const nameOf =
  (input: string) =>
  ({ inputs }: Draft): string =>
    text(inputs[input]);

export const succeeded = (): string => "Succeeded";
export const newUuid = (): string => randomUUID();
