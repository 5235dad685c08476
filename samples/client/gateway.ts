import { createPrivateKey } from "node:crypto";
import * as grpc from "@grpc/grpc-js";
import { connect, hash, signers, type Gateway, type Signer } from "@hyperledger/fabric-gateway";
import { ImpatientChannel } from "./impatient-channel";

/** Where a peer's gateway answers, and how to know it is the right one. */
export interface GatewayAddress {
  /** `host:port` to connect to from this machine. */
  target: string;
  /** DNS name in the peer's TLS certificate. */
  tlsServerName: string;
  /** TLS root certificates (PEM bundle) of the peer's organisation. */
  tlsCaCertificate: string;
}

/** Who signs: a client or administrator that the organisation's CA enrolled. */
export interface ClientIdentity {
  mspId: string;
  /** Enrolment certificate, PEM. */
  certificate: string;
  /** Private key, PKCS#8 PEM. */
  privateKey: string;
}

/** Longest wait for each step of a transaction, in seconds. */
export interface Deadlines {
  evaluate: number;
  endorse: number;
  submit: number;
  /**
   * From "accepted by an orderer" to "committed by this peer". Keep it short, a few block times: an orderer that
   * dies can lose what it accepted, and then only sending the transaction again helps.
   */
  commitStatus: number;
  /** For an event stream to deliver. */
  events: number;
}

export const DEFAULT_DEADLINES: Deadlines = { evaluate: 10, endorse: 15, submit: 10, commitStatus: 5, events: 30 };

/** A connection to one gateway as one identity. */
export interface GatewayConnection {
  gateway: Gateway;
  /** The gRPC channel below, for calls that the gateway API does not have. */
  client: grpc.Client;
  signer: Signer;
  identity: ClientIdentity;
  deadlines: Deadlines;
  close(): void;
}

/** Connects to a gateway. Nothing is sent yet: an unreachable gateway shows with the first call. */
export function connectGateway(
  address: GatewayAddress,
  identity: ClientIdentity,
  deadlines: Deadlines = DEFAULT_DEADLINES,
): GatewayConnection {
  const client = openClient(address);
  const signer = signers.newPrivateKeySigner(createPrivateKey(identity.privateKey));
  const gateway = connect({
    client,
    identity: { mspId: identity.mspId, credentials: Buffer.from(identity.certificate) },
    signer,
    hash: hash.sha256,
    evaluateOptions: () => within(deadlines.evaluate),
    endorseOptions: () => within(deadlines.endorse),
    submitOptions: () => within(deadlines.submit),
    commitStatusOptions: () => within(deadlines.commitStatus),
    filteredBlockEventsOptions: () => within(deadlines.events),
  });
  return {
    gateway,
    client,
    signer,
    identity,
    deadlines,
    close: () => {
      gateway.close();
      client.close();
    },
  };
}

function openClient({ target, tlsServerName, tlsCaCertificate }: GatewayAddress): grpc.Client {
  const credentials = grpc.credentials.createSsl(Buffer.from(tlsCaCertificate));
  const options: grpc.ChannelOptions = {
    // The peer's certificate names its Service, whatever address leads to it from here.
    "grpc.ssl_target_name_override": tlsServerName,
    "grpc.default_authority": tlsServerName,
    // A peer whose machine lost power closes no connection. Peers drop clients that ping more often than once a
    // minute (core.yaml, peer.keepalive.minInterval).
    "grpc.keepalive_time_ms": 65_000,
    "grpc.use_local_subchannel_pool": 1,
  };
  const channelOverride = new ImpatientChannel(() => new grpc.Channel(target, credentials, options));
  return new grpc.Client(target, credentials, { channelOverride });
}

/** gRPC call options with a deadline `seconds` from now. */
export function within(seconds: number): grpc.CallOptions {
  return { deadline: Date.now() + seconds * 1000 };
}
