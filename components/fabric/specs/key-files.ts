/** The key Secret of a node: an MSP folder and a TLS folder in one flat Secret. */
import { localMsp, type LocalMspInputs } from "../../../ledger/fabric/msp";

export interface KeyFileInputs extends LocalMspInputs {
  tlsCertificate: string;
  /** PKCS#8 PEM. */
  tlsPrivateKey: string;
}

/**
 * Paths of the files below the mount point. They follow from the number of CAs alone, of which there is one of each
 * kind; known before any certificate is, they make a first preview complete.
 */
export const keyFilePaths: readonly string[] = [
  "msp/cacerts/ca-00.pem",
  "msp/tlscacerts/tlsca-00.pem",
  "msp/config.yaml",
  "msp/signcerts/cert-00.pem",
  "msp/keystore/key.pem",
  "tls/server.crt",
  "tls/server.key",
  "tls/ca.crt",
];

/** Contents of the Secret: flat key -> text. */
export function buildKeyFiles(inputs: KeyFileInputs): Record<string, string> {
  const msp = Object.entries(localMsp(inputs)).map(([path, text]) => [`msp/${path}`, text] as const);
  const tls = [
    ["tls/server.crt", inputs.tlsCertificate],
    ["tls/server.key", inputs.tlsPrivateKey],
    ["tls/ca.crt", inputs.msp.tlsCaCertificates.join("")],
  ] as const;
  return Object.fromEntries([...msp, ...tls].map(([path, text]) => [secretKey(path), text]));
}

/** Which key of the Secret becomes which file. */
export const keyFileItems = keyFilePaths.map((path) => ({ key: secretKey(path), path }));

/** Secret keys take no slash. */
function secretKey(path: string): string {
  return path.replaceAll("/", ".");
}
