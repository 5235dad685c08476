/** Administrators of the cluster, and the login of its kubeconfig. */
import { getClientConfigOutput, RoleAssignment } from "@pulumi/azure-native/authorization";
import {
  listManagedClusterAdminCredentialsOutput,
  listManagedClusterUserCredentialsOutput,
  type ManagedCluster as AzureCluster,
} from "@pulumi/azure-native/containerservice";
import * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import type { CloudContext } from "../cloud-cluster";
import type { HelperProgram } from "../helper-program";
import { normalizeKubeconfig, withExecUser, type ExecUser } from "../kubeconfig";
import { roleDefinitionId } from "./azure";

const helper = {
  command: "kubelogin",
  origin: "it by `az aks install-cli`, or from https://azure.github.io/kubelogin/",
};

/** Application of every AKS API server: https://azure.github.io/kubelogin/concepts/aks.html */
const aksServerApplication = "6dae42f8-4368-4678-94ff-3960e28e3630";

/** Program by which the kubeconfig logs in. Undefined for an administrator's certificate. */
export function helperFor({ authentication }: VendorConfig<"aks">): HelperProgram | undefined {
  return authentication.method === "kubelogin" ? helper : undefined;
}

/**
 * Makes the identity that creates the cluster its administrator: with Microsoft Entra nobody has a right inside a new
 * cluster, its owner included. The right stays with that identity when another one runs `pulumi`; other identities get
 * theirs by `adminGroupObjectIds`.
 */
export function createAdministrator(
  { prefix, config, resourceOptions }: CloudContext<"aks">,
  cluster: AzureCluster,
): pulumi.Resource[] {
  if (config.authentication.method !== "kubelogin") return [];
  return [
    new RoleAssignment(
      `${prefix}-administrator`,
      {
        scope: cluster.id,
        principalId: getClientConfigOutput(resourceOptions).objectId,
        // Azure finds out whether the identity is a person or a workflow. Without this output the SDK would send
        // "User".
        principalType: pulumi.output<string | undefined>(undefined),
        roleDefinitionId: roleDefinitionId(config, "Azure Kubernetes Service RBAC Cluster Admin"),
      },
      { ...resourceOptions, ignoreChanges: ["principalId"] },
    ),
  ];
}

/**
 * Asks Azure with plain names. Outputs of the cluster are unknown in every preview that updates the cluster, and so
 * would be a kubeconfig made of them. `dependsOn` alone makes the call wait for the cluster.
 */
export function readKubeconfig(
  { config, cloudName: name, resourceOptions }: CloudContext<"aks">,
  cluster: AzureCluster,
): pulumi.Output<string> {
  const args = { resourceGroupName: config.name, resourceName: name };
  const opts = { ...resourceOptions, dependsOn: [cluster] };
  const isAdmin = config.authentication.method === "admin";
  const { kubeconfigs } = isAdmin
    ? listManagedClusterAdminCredentialsOutput(args, opts)
    : listManagedClusterUserCredentialsOutput(args, opts);
  return kubeconfigs.apply((found) => {
    const text = decode(found[0]?.value, name);
    return isAdmin ? text : withExecUser(text, name, execUser(config));
  });
}

/** Decodes a kubeconfig, which Azure returns as YAML in base64. */
function decode(base64: string | undefined, cluster: string): string {
  if (base64 === undefined) throw new pulumi.RunError(`Azure has no kubeconfig for the cluster "${cluster}"`);
  const readFile = () => {
    throw new Error("a kubeconfig of Azure refers to no files");
  };
  return normalizeKubeconfig(Buffer.from(base64, "base64").toString("utf8"), { readFile });
}

/** User that logs in without questions. Azure's own kubeconfig asks for a device code in a browser. */
function execUser({ tenantId, authentication }: VendorConfig<"aks">): ExecUser {
  const { login } = authentication;
  return {
    command: helper.command,
    args: ["get-token", "--login", login, "--server-id", aksServerApplication, "--tenant-id", tenantId],
    installHint: `Install ${helper.origin}`,
  };
}
