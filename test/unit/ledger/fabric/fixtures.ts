/** A network's key material and channel configs for tests of the Fabric domain code. Made once for all test files. */
import {
  createCertificateAuthority,
  issueCertificate,
  type CertificateAndKey,
  type NodeOu,
} from "../../../../ledger/fabric/certificate";
import type {
  ChannelConfig,
  Consenter,
  OrdererOrganization,
  OrganizationMsp,
  PeerOrganization,
} from "../../../../ledger/fabric/channel-config";

/** Fabric's processes check the validity of certificates, so the fixtures use the real time. */
export const testTime = new Date();
const validityDays = 30;
const orderers = 5;
const peers = 2;

/** One node or person of an organisation. */
export interface Member {
  name: string;
  /** Enrolment certificate and key. */
  identity: CertificateAndKey;
  /** TLS certificate and key, for the member's host and loopback. */
  tls: CertificateAndKey;
  /** Host name in the TLS certificate. */
  host: string;
}

export interface Organization {
  name: string;
  msp: OrganizationMsp;
  ca: CertificateAndKey;
  tlsCa: CertificateAndKey;
  admin: Member;
  nodes: Member[];
}

export interface Network {
  orderer: Organization;
  /** A second orderer organisation, which is in no channel at first. */
  orderer2: Organization;
  org1: Organization;
  org2: Organization;
  /** A peer organisation, which is in no channel at first. */
  org3: Organization;
}

let network: Promise<Network> | undefined;

/** The fixture network: the same in every test of a run. */
export function fixtureNetwork(): Promise<Network> {
  network ??= createNetwork();
  return network;
}

async function createNetwork(): Promise<Network> {
  const [orderer, orderer2, org1, org2, org3] = await Promise.all([
    createOrganization("orderer", "OrdererMSP", "orderer", orderers),
    createOrganization("orderer2", "Orderer2MSP", "orderer", 1),
    createOrganization("org1", "Org1MSP", "peer", peers),
    createOrganization("org2", "Org2MSP", "peer", peers),
    createOrganization("org3", "Org3MSP", "peer", peers),
  ]);
  return { orderer, orderer2, org1, org2, org3 };
}

async function createOrganization(name: string, mspId: string, role: NodeOu, nodes: number): Promise<Organization> {
  const ca = await createAuthority(`ca.${name}`, name);
  const tlsCa = await createAuthority(`tlsca.${name}`, name);
  const member = (memberName: string, nodeOu: NodeOu): Promise<Member> =>
    createMember({ ca, tlsCa, organization: name, name: memberName, nodeOu });
  return {
    name,
    msp: { mspId, caCertificates: [ca.certificate], tlsCaCertificates: [tlsCa.certificate] },
    ca,
    tlsCa,
    admin: await member("admin", "admin"),
    nodes: await Promise.all(Array.from({ length: nodes }, (_, index) => member(`${role}${index}`, role))),
  };
}

export function createAuthority(commonName: string, organization: string): Promise<CertificateAndKey> {
  return createCertificateAuthority({ commonName, organization, validityDays: validityDays, now: testTime });
}

/** A member with fresh keys, or with the given ones (a renewal). */
export async function createMember(request: {
  ca: CertificateAndKey;
  tlsCa: CertificateAndKey;
  organization: string;
  name: string;
  nodeOu: NodeOu;
}): Promise<Member> {
  const host = `${request.name}.${request.organization}.example`;
  const common = { organization: request.organization, commonName: host, validityDays: validityDays, now: testTime };
  const identity = await issueCertificate({
    ...common,
    ca: request.ca,
    nodeOu: request.nodeOu,
    usage: "signing",
    dnsNames: [],
    ipAddresses: [],
  });
  const tls = await issueCertificate({
    ...common,
    ca: request.tlsCa,
    usage: "tls",
    dnsNames: [host, "localhost"],
    ipAddresses: ["127.0.0.1"],
  });
  return { name: request.name, identity, tls, host };
}

export function consenter(organization: Organization, index: number): Consenter {
  const node = organization.nodes[index];
  if (node === undefined) throw new RangeError(`${organization.name} has no node ${index}`);
  return {
    host: node.host,
    port: 7050,
    mspId: organization.msp.mspId,
    clientTlsCertificate: node.tls.certificate,
    serverTlsCertificate: node.tls.certificate,
    identity: node.identity.certificate,
  };
}

export function ordererOrganization(organization: Organization, endpoints: number[]): OrdererOrganization {
  return {
    name: organization.name,
    msp: organization.msp,
    endpoints: endpoints.map((index) => ({ host: consenter(organization, index).host, port: 7050 })),
  };
}

export function peerOrganization(organization: Organization): PeerOrganization {
  return {
    name: organization.name,
    msp: organization.msp,
    anchorPeers: [{ host: organization.nodes[0]?.host ?? "", port: 7051 }],
  };
}

/** A raft channel: three consenters of `orderer`, peers of `org1` and `org2`. */
export function raftChannel({ orderer, org1, org2 }: Network): ChannelConfig {
  return {
    channelId: "trade",
    consensus: "etcdraft",
    ordererOrganizations: [ordererOrganization(orderer, [0, 1, 2])],
    peerOrganizations: [peerOrganization(org1), peerOrganization(org2)],
    consenters: [0, 1, 2].map((index) => consenter(orderer, index)),
    batch: {
      timeout: "2s",
      maxMessageCount: 500,
      absoluteMaxBytes: 10 * 1024 * 1024,
      preferredMaxBytes: 2 * 1024 * 1024,
    },
    capabilities: { channel: "V2_0", orderer: "V2_0", application: "V2_5" },
  };
}

/** The same channel with four BFT consenters. */
export function bftChannel(network: Network): ChannelConfig {
  return {
    ...raftChannel(network),
    channelId: "trade-bft",
    consensus: "BFT",
    ordererOrganizations: [ordererOrganization(network.orderer, [0, 1, 2, 3])],
    consenters: [0, 1, 2, 3].map((index) => consenter(network.orderer, index)),
    capabilities: { channel: "V3_0", orderer: "V2_0", application: "V2_5" },
  };
}
