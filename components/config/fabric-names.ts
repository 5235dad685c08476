/** Names of Kubernetes objects that follow from the stack file alone: checked for length and uniqueness, then used. */

/** Namespace of an organisation. */
export function namespaceName(network: string, organization: string): string {
  return `${network}-${organization}`;
}

/**
 * Service and Deployment of a chaincode in the namespace of each organisation that runs it. The version is part of
 * it, so that a new version runs beside the old one until the channel has switched over.
 */
export function chaincodeServiceName(channel: string, chaincode: string, version: string): string {
  return `${channel}-${chaincode}-${version}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/-$/, "");
}
