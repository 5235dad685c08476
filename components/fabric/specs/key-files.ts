/** Key Secret of a node: an MSP folder and a TLS folder in one flat Secret. */
import { localMsp, revocationListFiles, type LocalMspInputs } from "../../../ledger/fabric/msp";

export interface KeyFileInputs extends LocalMspInputs {
  /** TLS certificate of the node, PEM. */
  tlsCertificate: string;
  /** Key of the TLS certificate, PKCS#8 PEM. */
  tlsPrivateKey: string;
}

/**
 * Paths of the files below the mount point, without revocation lists. They follow from the number of CAs alone, one of each kind. Previews know
 * them before any certificate exists, and so are complete.
 */
const keyFilePaths: readonly string[] = [
  "msp/cacerts/ca-00.pem",
  "msp/tlscacerts/tlsca-00.pem",
  "msp/config.yaml",
  "msp/signcerts/cert-00.pem",
  "msp/keystore/key.pem",
  "tls/server.crt",
  "tls/server.key",
  "tls/ca.crt",
];

/** Contents of the Secret, key to text. */
export function buildKeyFiles(inputs: KeyFileInputs): Record<string, string> {
  const msp = Object.entries(localMsp(inputs)).map(([path, text]) => [`msp/${path}`, text] as const);
  const tls = [
    ["tls/server.crt", inputs.tlsCertificate],
    ["tls/server.key", inputs.tlsPrivateKey],
    ["tls/ca.crt", inputs.msp.tlsCaCertificates.join("")],
  ] as const;
  return Object.fromEntries([...msp, ...tls].map(([path, text]) => [secretKey(path), text]));
}

/**
 * Key of the Secret for each file.
 *
 * @param revocationLists Lists in the MSP. Default: none.
 */
export function keyFileItems(revocationLists: readonly string[] = []): { key: string; path: string }[] {
  const lists = Object.keys(revocationListFiles(revocationLists)).map((path) => `msp/${path}`);
  return [...keyFilePaths, ...lists].map((path) => ({ key: secretKey(path), path }));
}

/** Key of a path: keys of a Secret contain no slash. */
function secretKey(path: string): string {
  return path.replaceAll("/", ".");
}
