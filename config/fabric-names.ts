/** Names of Kubernetes objects that follow from the stack file alone: checked for length and uniqueness, then used. */

/** Variables by which the program tells a chaincode its address, id and certificate; no stack file sets them. */
export const chaincodeVariables = [
  "CHAINCODE_ID",
  "CORE_CHAINCODE_ID",
  "CORE_CHAINCODE_ID_NAME",
  "CHAINCODE_SERVER_ADDRESS",
  "CORE_CHAINCODE_ADDRESS",
  "CHAINCODE_TLS_DISABLED",
  "CORE_PEER_TLS_ENABLED",
  "CHAINCODE_TLS_KEY",
  "CORE_CHAINCODE_TLS_KEY_FILE",
  "CHAINCODE_TLS_CERT",
  "CORE_CHAINCODE_TLS_CERT_FILE",
] as const;

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
