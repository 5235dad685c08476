import { createPrivateKey } from "node:crypto";
import * as grpc from "@grpc/grpc-js";
import { connect, hash, signers, type Gateway, type Signer } from "@hyperledger/fabric-gateway";
import { ImpatientChannel } from "./impatient-channel";

/** Address of a peer's gateway, and the certificates that authenticate it. */
export interface GatewayAddress {
  /** `host:port` from this machine. */
  target: string;
  /** DNS name in the peer's TLS certificate. */
  tlsServerName: string;
  /** TLS root certificates (PEM bundle) of the peer's organisation. */
  tlsCaCertificate: string;
}

/** Identity that signs: a client or administrator with a certificate of the organisation's CA. */
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
   * From "accepted by an orderer" to "committed by this peer". Should be a few block times: an orderer that dies can
   * lose an accepted transaction, which must then be sent again.
   */
  commitStatus: number;
  /** Whole duration of an event stream. */
  events: number;
}

export const defaultDeadlines: Deadlines = { evaluate: 10, endorse: 15, submit: 10, commitStatus: 5, events: 30 };

/** A connection to one gateway as one identity. */
export interface GatewayConnection {
  gateway: Gateway;
  /** The gRPC client of the gateway, for calls that the gateway API does not have. */
  client: grpc.Client;
  signer: Signer;
  identity: ClientIdentity;
  deadlines: Deadlines;
  close(): void;
}

/** Prepares a connection to a gateway. The first call connects, so only that call fails for an unreachable gateway. */
export function connectGateway(
  address: GatewayAddress,
  identity: ClientIdentity,
  deadlines: Deadlines = defaultDeadlines,
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
    // The peer's certificate has the name of its Service, whatever address this machine connects to.
    "grpc.ssl_target_name_override": tlsServerName,
    "grpc.default_authority": tlsServerName,
    // A peer whose machine lost power closes no connection. Peers of these networks allow pings every 5 s (core.yaml,
    // peer.keepalive.minInterval); with Fabric's own minimum, a minute, use 65 s here.
    "grpc.keepalive_time_ms": 6_000,
    "grpc.keepalive_timeout_ms": 3_000,
    "grpc.use_local_subchannel_pool": 1,
  };
  const channelOverride = new ImpatientChannel(() => new grpc.Channel(target, credentials, options));
  return new grpc.Client(target, credentials, { channelOverride });
}

/** gRPC call options with a deadline `seconds` from now. */
export function within(seconds: number): grpc.CallOptions {
  return { deadline: Date.now() + seconds * 1000 };
}
