/** Stand-in for Azure, with the behaviour of `@pulumi/azure-native`. */
import type { CloudStyle } from "../cloud-style";
import { containerFunctions, containerResources } from "./containerservice";
import { identityFunctions, identityResources } from "./identity";
import { networkResources } from "./network";

export const azure: CloudStyle = {
  name: "azure-native",
  configuration: { subscriptionId: ["ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID"] },
  resources: { ...identityResources, ...networkResources, ...containerResources },
  functions: { ...identityFunctions, ...containerFunctions },
  autoname: (name, random) => `${name}${random.slice(0, 8)}`,
  missing: (property) => `missing required property '${property}'`,
  notFound: (type, id) =>
    `Status=404 Code="ResourceNotFound" Message="The Resource '${type.split(":").at(-1)}/${id}' was not found."`,
  exists: (_type, id) => `cannot create already existing resource '${id}'`,
  inUse: ({ id }, dependents) =>
    `Status=400 Code="InUse" Message="${id} is in use by ${dependents.map((each) => each.id).join(", ")} and cannot be deleted."`,
  // pulumi-azure-native: provider/pkg/convert/previewOutputs.go
  forgetsOutputsOnUpdate: true,
  // Except for names that the provider chose: provider/pkg/provider/provider.go, createBeforeDeleteFlag
  deletesFirst: true,
};
