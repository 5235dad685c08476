/** Input fields that several Fabric resources share. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import type {
  BatchSettings,
  Capabilities,
  ChannelConfig,
  Consenter,
  HostPort,
  OrdererOrganization,
  OrganizationMsp,
  PeerOrganization,
} from "../../../ledger/fabric/channel-config";
import { validateMspId } from "../../../ledger/fabric/validate-names";
import {
  domainRule,
  integer,
  list,
  object,
  oneOf,
  optional,
  secretText,
  text,
  type Rule,
} from "../../framework/schema";
import type { NodeAddress, OrdererAddress, SigningIdentity } from "../sdk";

const MAX_PORT = 65_535;
const MAX_UINT32 = 0xffff_ffff;

const certificatePem: Rule<string> = (value) => {
  try {
    new X509Certificate(value);
    return undefined;
  } catch {
    return "is no PEM certificate";
  }
};

const privateKeyPem: Rule<string> = (value) => {
  try {
    createPrivateKey(value);
    return undefined;
  } catch {
    return "is no PEM private key without a password";
  }
};

export const base64: Rule<string> = (value) =>
  /^[A-Za-z0-9+/]+={0,2}$/.test(value) && value.length % 4 === 0 ? undefined : "is no base64";

const port = integer({ min: 1, max: MAX_PORT });
const mspId = text(domainRule(validateMspId));

export const signingIdentity = object<SigningIdentity>({
  mspId,
  certificate: text(certificatePem),
  privateKey: secretText(privateKeyPem),
});

const nodeFields = {
  name: text(),
  mspId,
  namespace: text(),
  pod: text(),
  host: text(),
  port,
  tlsCaCertificates: text(certificatePem),
};

export const nodeAddress = object<NodeAddress>(nodeFields);

export const ordererAddress = object<OrdererAddress>({
  ...nodeFields,
  adminPort: port,
  adminCertificate: text(certificatePem),
  adminPrivateKey: secretText(privateKeyPem),
});

const hostPort = object<HostPort>({ host: text(), port });

const organizationMsp = object<OrganizationMsp>({
  mspId: text(),
  caCertificates: list(text()),
  intermediateCaCertificates: optional(list(text())),
  tlsCaCertificates: list(text()),
});

/** The shape only; what the values must be is the domain's to say (validateChannelConfig). */
export const channelConfig = object<ChannelConfig>({
  channelId: text(),
  consensus: oneOf("etcdraft", "BFT"),
  ordererOrganizations: list(
    object<OrdererOrganization>({ name: text(), msp: organizationMsp, endpoints: list(hostPort) }),
  ),
  peerOrganizations: list(
    object<PeerOrganization>({ name: text(), msp: organizationMsp, anchorPeers: list(hostPort) }),
  ),
  consenters: list(
    object<Consenter>({
      host: text(),
      port,
      mspId: text(),
      clientTlsCertificate: text(),
      serverTlsCertificate: text(),
      identity: text(),
    }),
  ),
  batch: object<BatchSettings>({
    timeout: text(),
    maxMessageCount: integer({ min: 1, max: MAX_UINT32 }),
    absoluteMaxBytes: integer({ min: 1, max: MAX_UINT32 }),
    preferredMaxBytes: integer({ min: 1, max: MAX_UINT32 }),
  }),
  capabilities: object<Capabilities>({ channel: text(), orderer: text(), application: text() }),
});
