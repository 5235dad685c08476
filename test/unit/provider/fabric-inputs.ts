/** Valid inputs of the fabric resources for tests that reach no node. */
import {
  createCertificateAuthority,
  issueCertificate,
  type CertificateAndKey,
} from "../../../ledger/fabric/certificate";
import { packageChaincode } from "../../../ledger/fabric/chaincode-package";
import type { ChannelConfig, OrganizationMsp } from "../../../ledger/fabric/channel-config";
import type {
  ChaincodeInputs,
  ChannelInputs,
  ChannelMembershipInputs,
  NodeAddress,
  OrdererAddress,
  SigningIdentity,
} from "../../../provider/fabric/sdk";

const now = new Date();
const validityDays = 100;

export class FabricInputs {
  private constructor(
    readonly ca: CertificateAndKey,
    readonly identity: CertificateAndKey,
    readonly tls: CertificateAndKey,
  ) {}

  static async create(): Promise<FabricInputs> {
    const ca = await createCertificateAuthority({ commonName: "ca", organization: "org", validityDays, now });
    const inputs = new FabricInputs(ca, ca, ca);
    return new FabricInputs(ca, await inputs.issue(), await inputs.issue());
  }

  /** A TLS certificate, for the given key or a new one. */
  issue(privateKey?: string): Promise<CertificateAndKey> {
    return issueCertificate({
      ca: this.ca,
      privateKey,
      commonName: "node",
      organization: "org",
      usage: "tls",
      dnsNames: ["node"],
      ipAddresses: [],
      validityDays: privateKey === undefined ? validityDays : validityDays - 1,
      now,
    });
  }

  administrator(mspId: string): SigningIdentity {
    return { mspId, certificate: this.identity.certificate, privateKey: this.identity.privateKey };
  }

  peer(name: string, mspId = "Org1MSP"): NodeAddress {
    return {
      name,
      mspId,
      namespace: "org1",
      pod: "peer0-0",
      host: "peer0.org1",
      port: 7051,
      tlsCaCertificates: this.ca.certificate,
    };
  }

  orderer(index: number): OrdererAddress {
    return {
      ...this.peer(`orderer/orderer${index}`, "OrdererMSP"),
      host: `orderer${index}`,
      port: 7050,
      adminPort: 7053,
      adminCertificate: this.tls.certificate,
      adminPrivateKey: this.tls.privateKey,
    };
  }

  config(tlsCertificates: string[]): ChannelConfig {
    const msp = (mspId: string): OrganizationMsp => ({
      mspId,
      caCertificates: [this.ca.certificate],
      tlsCaCertificates: [this.ca.certificate],
    });
    return {
      channelId: "trade",
      consensus: "etcdraft",
      ordererOrganizations: [
        { name: "orderer", msp: msp("OrdererMSP"), endpoints: [{ host: "orderer0", port: 7050 }] },
      ],
      peerOrganizations: [
        { name: "org1", msp: msp("Org1MSP"), anchorPeers: [{ host: "peer0.org1", port: 7051 }] },
        { name: "org2", msp: msp("Org2MSP"), anchorPeers: [] },
      ],
      consenters: tlsCertificates.map((certificate, index) => ({
        host: `orderer${index}`,
        port: 7050,
        mspId: "OrdererMSP",
        clientTlsCertificate: certificate,
        serverTlsCertificate: certificate,
        identity: this.identity.certificate,
      })),
      batch: { timeout: "2s", maxMessageCount: 500, absoluteMaxBytes: 10_000_000, preferredMaxBytes: 2_000_000 },
      capabilities: { channel: "V2_0", orderer: "V2_0", application: "V2_5" },
    };
  }

  channel(): Required<ChannelInputs> {
    return {
      config: this.config([this.tls.certificate]),
      orderers: [this.orderer(0), this.orderer(1)],
      administrators: [this.administrator("OrdererMSP"), this.administrator("Org1MSP")],
      allowDelete: false,
      peers: [],
      restart: false,
      signatures: [],
      founderView: { sequence: 0, members: ["Org1MSP"] },
      joiningOrderers: [],
      carriedBy: [],
      approved: [],
      operationsPort: 8443,
      release: "3.1.5",
    };
  }

  membership(): ChannelMembershipInputs & Required<Pick<ChannelMembershipInputs, "orderers">> {
    return {
      channelId: "trade",
      genesisHash: "a".repeat(64),
      orderers: [this.peer("orderer/orderer0", "OrdererMSP")],
      peer: this.peer("org1/peer0"),
      administrator: this.administrator("Org1MSP"),
    };
  }

  chaincode(): ChaincodeInputs & { initRequired: boolean } {
    return {
      channelId: "trade",
      name: "asset",
      version: "1.0",
      endorsementPolicy: "AND('Org1MSP.peer','Org2MSP.peer')",
      initRequired: false,
      organizations: ["Org1MSP", "Org2MSP"].map((mspId) => ({
        mspId,
        administrator: this.administrator(mspId),
        peers: [this.peer(`${mspId}/peer0`, mspId)],
        ...this.package("asset_1.0"),
      })),
    };
  }

  package(label: string): { package: string; packageId: string } {
    const connection = { address: "asset:9999", dial_timeout: "10s", tls_required: false };
    const { bytes, packageId } = packageChaincode({ label, connection });
    return { package: Buffer.from(bytes).toString("base64"), packageId };
  }
}
