/** Paths in the containers of peers and orderers. */

/** Folder of the settings file. The images declare it a volume, so something must be mounted here. */
export const configPath = "/etc/hyperledger/fabric";
/** MSP and TLS material. */
export const keysPath = "/etc/hyperledger/keys";
/** Mount point of the node's own disk; the images declare it a volume, too. */
export const dataPath = "/var/hyperledger";

/** Files that a peer or orderer writes. */
export const productionPath = `${dataPath}/production`;
/** A folder for each channel that a peer has joined. Source: kvledger/ledger_filepath.go, blkstorage/config.go. */
export const chainsPath = `${productionPath}/ledgersData/chains/chains`;

export const mspPath = `${keysPath}/msp`;
export const tlsFiles = {
  certificate: `${keysPath}/tls/server.crt`,
  privateKey: `${keysPath}/tls/server.key`,
  caCertificate: `${keysPath}/tls/ca.crt`,
} as const;
