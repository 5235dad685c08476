/**
 * Consenter sets, in Fabric's two forms: inside the raft metadata, and for BFT as the `Orderers` value with the
 * BlockValidation policy, which must agree with it entry by entry.
 */
import { Consenter as BftConsenter, Orderers } from "@hyperledger/fabric-protos/lib/common/configuration_pb";
import { SignaturePolicy, SignaturePolicyEnvelope } from "@hyperledger/fabric-protos/lib/common/policies_pb";
import { SerializedIdentity } from "@hyperledger/fabric-protos/lib/msp/identities_pb";
import { MSPPrincipal } from "@hyperledger/fabric-protos/lib/msp/msp_principal_pb";
import {
  ConfigMetadata,
  Consenter as RaftConsenter,
  Options as RaftOptions,
} from "@hyperledger/fabric-protos/lib/orderer/etcdraft/configuration_pb";
import { Options as BftOptions } from "@hyperledger/fabric-protos/lib/orderer/smartbft/configuration_pb";
import type { Consenter } from "./channel-config";
import { canonicalCertificate } from "../../lib/x509/pem";

/** `MSPPrincipal.Classification` of a certificate, which is no role. */
const principalIdentity = 2;

/** Metadata of a new raft channel. */
export function buildRaftMetadata(consenters: Consenter[]): ConfigMetadata {
  const metadata = new ConfigMetadata();
  metadata.setConsentersList(consenters.map(buildRaftConsenter));
  metadata.setOptions(raftOptions());
  return metadata;
}

export function buildRaftConsenter(consenter: Consenter): RaftConsenter {
  const message = new RaftConsenter();
  message.setHost(consenter.host);
  message.setPort(consenter.port);
  message.setClientTlsCert(pemBytes(consenter.clientTlsCertificate));
  message.setServerTlsCert(pemBytes(consenter.serverTlsCertificate));
  return message;
}

/** @param id positive, and never used before in the channel */
export function buildBftConsenter(consenter: Consenter, id: number): BftConsenter {
  const message = new BftConsenter();
  message.setId(id);
  message.setHost(consenter.host);
  message.setPort(consenter.port);
  message.setMspId(consenter.mspId);
  message.setIdentity(pemBytes(consenter.identity));
  message.setClientTlsCert(pemBytes(consenter.clientTlsCertificate));
  message.setServerTlsCert(pemBytes(consenter.serverTlsCertificate));
  return message;
}

/** The `Orderers` value of a new BFT channel, with ids from 1 on. */
export function buildOrderers(consenters: Consenter[]): Orderers {
  const orderers = new Orderers();
  orderers.setConsenterMappingList(consenters.map((consenter, index) => buildBftConsenter(consenter, index + 1)));
  return orderers;
}

/**
 * Policy of block signatures: a quorum of exactly the consenters of the mapping, in its order. BFT orderers refuse a
 * config whose policy differs in a single byte.
 */
export function buildBlockValidationPolicy(mapping: BftConsenter[]): SignaturePolicyEnvelope {
  const outOf = new SignaturePolicy.NOutOf();
  outOf.setN(bftQuorum(mapping.length));
  outOf.setRulesList(
    mapping.map((_, index) => {
      const rule = new SignaturePolicy();
      rule.setSignedBy(index);
      return rule;
    }),
  );
  const rule = new SignaturePolicy();
  rule.setNOutOf(outOf);
  const envelope = new SignaturePolicyEnvelope();
  envelope.setRule(rule);
  envelope.setIdentitiesList(mapping.map(identityPrincipal));
  return envelope;
}

/** Signatures that make a block final among `n` consenters, of which f = (n-1)/3 may be faulty: ceil((n+f+1)/2). */
export function bftQuorum(n: number): number {
  const faulty = Math.floor((n - 1) / 3);
  return Math.ceil((n + faulty + 1) / 2);
}

/**
 * Options of a new raft channel: configtxgen's defaults (`genesisDefaults` of Fabric's
 * `internal/configtxgen/genesisconfig`), except for the ticks. A follower without a message for one to two times
 * `ElectionTick` stands for election: after 5 to 10 s with Fabric's 10 ticks of 500 ms, after 1.25 to 2.5 s with these.
 * Shorter times would cause an election whenever a disk takes a second for a write. A leader also logs a line every four
 * ticks.
 */
function raftOptions(): RaftOptions {
  const options = new RaftOptions();
  options.setTickInterval("250ms");
  options.setElectionTick(5);
  options.setHeartbeatTick(1);
  options.setMaxInflightBlocks(5);
  options.setSnapshotIntervalSize(16 * 1024 * 1024);
  return options;
}

/**
 * Options of a new BFT channel: configtxgen's defaults (SmartBFT's `types.DefaultConfig`; leader rotation and the
 * request size limit stay unset there, and so here), except for the times until a lost leader is replaced:
 *
 * - `LeaderHeartbeatTimeout`, default 1m: followers change the view after this time without a heartbeat. Orderers check
 *   once a second (the tickers of Fabric's `orderer/consensus/smartbft/chain.go`), and leaders send once a second. 3 s is
 *   the least that tolerates a heartbeat that is a second late. With 2 s, two clocks that tick at the same moment are
 *   enough for a false alarm.
 * - `ViewChangeTimeout`, default 20s, and `ViewChangeResendInterval`, default 5s: when the next leader is down, too, its
 *   successor is tried after `ViewChangeTimeout`, which grows with every failed attempt.
 *
 * `RequestForwardTimeout` and `RequestComplainTimeout` keep their defaults: they limit the wait of requests for a running
 * leader, and under load requests do wait.
 */
export function bftOptions(): BftOptions {
  const options = new BftOptions();
  options.setRequestBatchMaxCount(100);
  options.setRequestBatchMaxBytes(10 * 1024 * 1024);
  options.setRequestBatchMaxInterval("50ms");
  options.setIncomingMessageBufferSize(200);
  options.setRequestPoolSize(400);
  options.setRequestForwardTimeout("2s");
  options.setRequestComplainTimeout("20s");
  options.setRequestAutoRemoveTimeout("3m0s");
  options.setViewChangeResendInterval("1s");
  options.setViewChangeTimeout("4s");
  options.setLeaderHeartbeatTimeout("3s");
  options.setLeaderHeartbeatCount(10);
  options.setCollectTimeout("1s");
  return options;
}

function identityPrincipal(consenter: BftConsenter): MSPPrincipal {
  const identity = new SerializedIdentity();
  identity.setMspid(consenter.getMspId());
  identity.setIdBytes(consenter.getIdentity_asU8());
  const principal = new MSPPrincipal();
  principal.setPrincipalClassification(principalIdentity);
  principal.setPrincipal(identity.serializeBinary());
  return principal;
}

function pemBytes(pem: string): Uint8Array {
  return Buffer.from(canonicalCertificate(pem));
}
