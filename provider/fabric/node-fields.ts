/** Nodes and identities of Fabric, as programs name them. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { validateMspId } from "../../ledger/fabric/validate-names";
import { formRule, integer, object, optional, secretText, text } from "../framework/schema";

const maxPort = 65_535;

const certificatePem = formRule("be a PEM certificate", (value) => succeeds(() => new X509Certificate(value)));

const privateKeyPem = formRule("be a PEM private key without a password", (value) =>
  succeeds(() => createPrivateKey(value)),
);

export const base64 = formRule("be base64", (value) => /^[A-Za-z0-9+/]+={0,2}$/.test(value) && value.length % 4 === 0);

export const sha256Hex = formRule("be SHA-256 in lower-case hex", (value) => /^[0-9a-f]{64}$/.test(value));

function succeeds(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

export const port = integer({ min: 1, max: maxPort });

const mspId = text(validateMspId).describe("MSP id of the organisation, for example `Org1MSP`.");

export const signingIdentity = object(
  { token: "ledger:fabric:SigningIdentity", description: "An identity that signs proposals and config updates." },
  {
    mspId,
    certificate: text(certificatePem).describe("Enrolment certificate, PEM."),
    privateKey: secretText(privateKeyPem).describe("Private key, PKCS#8 PEM."),
  },
);

const nodeFields = {
  name: text().describe("Name used in messages, for example `org1/peer0`."),
  mspId,
  namespace: text().describe("Namespace of the pod."),
  pod: text().describe("Name of the pod, for example `peer0-0`."),
  host: text().describe("DNS name in the node's TLS certificate."),
  port: port.describe("Port of gRPC."),
  tlsCaCertificates: text(certificatePem).describe(
    "Bundle of TLS root certificates (PEM) that the node's certificate chains to.",
  ),
};

export const nodeAddress = object(
  {
    token: "ledger:fabric:NodeAddress",
    description: "A node as the provider reaches it: by port-forward to a pod, with TLS for its Service name.",
  },
  nodeFields,
);

export const ordererAddress = object(
  {
    token: "ledger:fabric:OrdererAddress",
    description: "An orderer as the provider reaches it: like any node, and by the channel participation API.",
  },
  {
    ...nodeFields,
    channelPort: optional(port).describe("Port by which channels name the orderer. Default: `port`."),
    adminPort: port.describe("Port of the channel participation API."),
    adminCertificate: text(certificatePem).describe("TLS client certificate (PEM) for the participation API."),
    adminPrivateKey: secretText(privateKeyPem).describe("Private key (PEM) of that certificate."),
  },
);
