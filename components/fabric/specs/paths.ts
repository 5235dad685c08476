/** Where things are in the containers of peers and orderers. */

/** Settings file. The images declare this folder a volume, so something has to be mounted here. */
export const configPath = "/etc/hyperledger/fabric";
/** MSP and TLS material. */
export const keysPath = "/etc/hyperledger/keys";
/** The node's own disk; the images declare it a volume, too. */
export const dataPath = "/var/hyperledger";

/** What a peer and an orderer write. */
export const productionPath = `${dataPath}/production`;
/** One folder for each channel that a peer has joined. Source: kvledger/ledger_filepath.go, blkstorage/config.go. */
export const chainsPath = `${productionPath}/ledgersData/chains/chains`;

export const mspPath = `${keysPath}/msp`;
export const tlsFiles = {
  certificate: `${keysPath}/tls/server.crt`,
  privateKey: `${keysPath}/tls/server.key`,
  caCertificate: `${keysPath}/tls/ca.crt`,
} as const;
