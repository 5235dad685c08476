/** This stack's public part, for partners. */
import * as pulumi from "@pulumi/pulumi";
import { exchangeText } from "../../ledger/fabric/consortium/exchange";
import { partnerFingerprint } from "../../ledger/fabric/consortium/fingerprint";
import type { MemberOrganization } from "../../ledger/fabric/consortium/organization-json";
import { channelMember, orderingPart, type FabricChannel } from "./channel";
import type { OrdererOrganization, PeerOrganization } from "./organization";
import { peerPart } from "./specs/channel-config";

export interface ExchangeArgs {
  /** This stack's organisations with orderers. */
  ordering: readonly OrdererOrganization[];
  /** This stack's organisations with peers. */
  endorsing: readonly PeerOrganization[];
  /** Channels of the network, those of partners included. */
  channels: readonly FabricChannel[];
}

export interface ExchangeOutputs {
  /** Text of the exchange document. */
  exchange: pulumi.Output<string>;
  /** Fingerprint of the certificate authorities in it. */
  exchangeFingerprint: pulumi.Output<string>;
}

/**
 * What this stack tells its partners: organisations, orderers as consenters, channels, its open proposals, its signatures, and
 * the chaincode definitions that it approved. Nothing in it is secret.
 */
export function exchangeOutputs(args: ExchangeArgs): ExchangeOutputs {
  const organizations = memberOrganizations(args);
  const published = pulumi.all(args.channels.map((channel) => channel.published));
  return {
    exchange: pulumi.all([organizations, published]).apply(([members, channels]) =>
      exchangeText({
        organizations: members,
        channels: channels.map(({ name, genesisBlock, sequence, members }) => ({
          name,
          genesisBlock: bytes(genesisBlock),
          sequence,
          members,
        })),
        proposals: channels.flatMap(({ name: channel, proposals }) =>
          proposals.map(({ digest, sequence, envelope }) => ({ channel, digest, sequence, envelope: bytes(envelope) })),
        ),
        signatures: channels.flatMap(({ signatures }) =>
          signatures.map(({ digest, mspId, signature }) => ({ digest, mspId, signature: bytes(signature) })),
        ),
        chaincodes: channels.flatMap(({ chaincodes }) => chaincodes),
      }),
    ),
    exchangeFingerprint: organizations.apply(partnerFingerprint),
  };
}

function memberOrganizations({ ordering, endorsing }: ExchangeArgs): pulumi.Output<MemberOrganization[]> {
  return pulumi
    .all([
      ordering.map(orderingPart),
      endorsing.map((organization) => peerPart(channelMember(organization, organization.peers))),
    ])
    .apply(([orderers, peers]) => [
      ...orderers.map((organization) => ({ role: "orderer" as const, ...organization })),
      ...peers.map((organization) => ({ role: "peer" as const, ...organization })),
    ]);
}

function bytes(base64: string): Uint8Array {
  return Buffer.from(base64, "base64");
}
