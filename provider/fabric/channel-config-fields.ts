/** Shape of a channel's config. `validateChannelConfig` in ledger/ checks the values. */
import { anyText, integer, list, object, oneOf, optional, text } from "../framework/schema";
import { port } from "./node-fields";

const maxUint32 = 0xffff_ffff;

const hostPort = object(
  { token: "ledger:fabric:HostPort", description: "An address of a node." },
  { host: text().describe("DNS name or IP address."), port: port.describe("TCP port.") },
);

const organizationMsp = object(
  {
    token: "ledger:fabric:OrganizationMsp",
    description: "Verification material of an organisation: the channel half of its MSP.",
  },
  {
    mspId: text().describe("MSP id, for example `Org1MSP`."),
    caCertificates: list(text()).describe("Root CA certificates (PEM) of enrolment identities, at least one."),
    intermediateCaCertificates: optional(list(text())).describe("Intermediate CA certificates (PEM). Default: none."),
    tlsCaCertificates: list(text()).describe("Root CA certificates (PEM) of TLS identities, at least one."),
    revocationLists: optional(list(text())).describe(
      "Revocation lists (PEM) of the CAs of enrolment identities. Default: the lists of the live channel.",
    ),
  },
);

const size = integer({ min: 1, max: maxUint32 });

const organization = {
  name: text().describe("Group name in the channel config, for example `org1`."),
  msp: organizationMsp.describe("Verification material of the organisation."),
};

export const channelConfig = object(
  { token: "ledger:fabric:ChannelConfig", description: "A Fabric channel, in plain data." },
  {
    channelId: text().describe("Name of the channel: `[a-z][a-z0-9.-]*`, at most 249 characters.").identity(),
    consensus: oneOf(
      {
        token: "ledger:fabric:Consensus",
        description: "Consensus of a channel's ordering service, by the names of Fabric's `ConsensusType`.",
      },
      ["etcdraft", "BFT"],
    ).describe("Consensus of the ordering service."),
    ordererOrganizations: list(
      object(
        { token: "ledger:fabric:OrdererOrganization", description: "An organisation of a channel that runs orderers." },
        {
          ...organization,
          endpoints: list(hostPort).describe("Addresses that peers and gateways deliver from and broadcast to."),
        },
      ),
    ).describe("Organisations that run orderers."),
    peerOrganizations: list(
      object(
        { token: "ledger:fabric:PeerOrganization", description: "An organisation of a channel that runs peers." },
        { ...organization, anchorPeers: list(hostPort).describe("Peers that other organisations know.") },
      ),
    ).describe("Organisations that run peers."),
    consenters: list(
      object(
        {
          token: "ledger:fabric:Consenter",
          description: "A voting orderer. Raft reads the TLS certificates, BFT also `mspId` and `identity`.",
        },
        {
          host: text().describe("DNS name or IP address."),
          port: port.describe("TCP port."),
          mspId: anyText().describe("MSP id of the orderer's organisation. Raft does not record it: it may be empty."),
          clientTlsCertificate: text().describe("TLS client certificate, PEM."),
          serverTlsCertificate: text().describe("TLS server certificate, PEM."),
          identity: anyText().describe(
            "Enrolment certificate (PEM) of the orderer. Raft does not record it: it may be empty.",
          ),
        },
      ),
    ).describe("Voting orderers."),
    batch: object(
      { token: "ledger:fabric:BatchSettings", description: "Limits at which an orderer cuts a block." },
      {
        timeout: text().describe("Longest wait after the first transaction, a Go duration such as `2s` or `200ms`."),
        maxMessageCount: size.describe("Most transactions of a block."),
        absoluteMaxBytes: size.describe("Largest block in bytes; a larger transaction is refused."),
        preferredMaxBytes: size.describe("Bytes above which a block is cut."),
      },
    ).describe("Limits at which an orderer cuts a block."),
    capabilities: object(
      { token: "ledger:fabric:Capabilities", description: "Capability levels; BFT needs `V3_0` for the channel." },
      {
        channel: text().describe("Level of the channel, for example `V3_0`."),
        orderer: text().describe("Level of the orderers, for example `V2_0`."),
        application: text().describe("Level of the peers, for example `V2_5`."),
      },
    ).describe("Capability levels."),
  },
);
