/**
 * Proposals: calls of chaincode functions, signed by one identity, that a peer executes and endorses.
 * https://hyperledger-fabric.readthedocs.io/en/latest/txflow.html
 */
import { createHash } from "node:crypto";
import { Timestamp } from "google-protobuf/google/protobuf/timestamp_pb";
import { ChannelHeader, Header, SignatureHeader } from "@hyperledger/fabric-protos/lib/common/common_pb";
import { SerializedIdentity } from "@hyperledger/fabric-protos/lib/msp/identities_pb";
import {
  ChaincodeID,
  ChaincodeInput,
  ChaincodeInvocationSpec,
  ChaincodeSpec,
} from "@hyperledger/fabric-protos/lib/peer/chaincode_pb";
import {
  ChaincodeHeaderExtension,
  ChaincodeProposalPayload,
  Proposal,
  SignedProposal,
} from "@hyperledger/fabric-protos/lib/peer/proposal_pb";
import type { Creator, Sign } from "./sign";

/** Context of every message: sender, nonce and time. Randomness and clock come from the caller. */
export interface MessageContext {
  creator: Creator;
  /** 24 random bytes, new for every message. */
  nonce: Uint8Array;
  now: Date;
}

/** A chaincode function with its arguments, as bytes. */
export interface ChaincodeCall {
  chaincode: string;
  function: string;
  args: Uint8Array[];
}

export interface ProposalRequest extends MessageContext {
  /** Empty for calls of the peer itself: cscc JoinChain and GetChannels, lifecycle install and its query. */
  channelId: string;
  call: ChaincodeCall;
}

export interface ChaincodeProposal {
  channelId: string;
  /** Hex SHA-256 of nonce and creator. */
  transactionId: string;
  /** Protobuf bytes of `protos.Proposal`. */
  bytes: Uint8Array;
}

/** `HeaderType`. */
export const headerType = { config: 1, configUpdate: 2, endorserTransaction: 3, deliverSeekInfo: 5 } as const;

export function buildProposal(request: ProposalRequest): ChaincodeProposal {
  const { channelId, call } = request;
  const chaincodeId = new ChaincodeID();
  chaincodeId.setName(call.chaincode);
  const extension = new ChaincodeHeaderExtension();
  extension.setChaincodeId(chaincodeId);
  const signatureHeader = buildSignatureHeader(request);
  const channelHeader = buildChannelHeader(headerType.endorserTransaction, channelId, request.now);
  const transactionId = computeTransactionId(signatureHeader);
  channelHeader.setTxId(transactionId);
  channelHeader.setExtension$(extension.serializeBinary());
  const header = new Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  header.setSignatureHeader(signatureHeader.serializeBinary());
  const payload = new ChaincodeProposalPayload();
  payload.setInput(buildInvocation(chaincodeId, call).serializeBinary());
  const proposal = new Proposal();
  proposal.setHeader(header.serializeBinary());
  proposal.setPayload(payload.serializeBinary());
  return { channelId, transactionId, bytes: proposal.serializeBinary() };
}

/** The proposal as a peer's `Endorser.ProcessProposal` takes it. `sign` must be the creator's. */
export function signProposal(proposal: ChaincodeProposal, sign: Sign): SignedProposal {
  const signed = new SignedProposal();
  signed.setProposalBytes(proposal.bytes);
  signed.setSignature(sign(proposal.bytes));
  return signed;
}

/** Protobuf bytes of `msp.SerializedIdentity`: how messages name their creator. */
export function serializeIdentity(creator: Creator): Uint8Array {
  const identity = new SerializedIdentity();
  identity.setMspid(creator.mspId);
  identity.setIdBytes(Buffer.from(creator.certificate));
  return identity.serializeBinary();
}

export function buildSignatureHeader({ creator, nonce }: Pick<MessageContext, "creator" | "nonce">): SignatureHeader {
  const header = new SignatureHeader();
  header.setCreator(serializeIdentity(creator));
  header.setNonce(nonce);
  return header;
}

export function buildChannelHeader(type: number, channelId: string, now: Date): ChannelHeader {
  const header = new ChannelHeader();
  header.setType(type);
  header.setTimestamp(Timestamp.fromDate(now));
  header.setChannelId(channelId);
  return header;
}

/** Fabric derives it the same way and refuses any other: hex SHA-256 of nonce, then creator. */
export function computeTransactionId(header: SignatureHeader): string {
  return createHash("sha256").update(header.getNonce_asU8()).update(header.getCreator_asU8()).digest("hex");
}

function buildInvocation(chaincodeId: ChaincodeID, call: ChaincodeCall): ChaincodeInvocationSpec {
  const input = new ChaincodeInput();
  input.setArgsList([Buffer.from(call.function), ...call.args]);
  const spec = new ChaincodeSpec();
  spec.setChaincodeId(chaincodeId);
  spec.setInput(input);
  const invocation = new ChaincodeInvocationSpec();
  invocation.setChaincodeSpec(spec);
  return invocation;
}
