/** Signed config updates for the ordering service. */
import { Header, type Envelope } from "@hyperledger/fabric-protos/lib/common/common_pb";
import { ConfigSignature, ConfigUpdateEnvelope } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { signEnvelope } from "./envelope";
import { buildChannelHeader, buildSignatureHeader, computeTransactionId, headerType } from "./proposal";
import type { Creator, Sign } from "./sign";

/** An administrator that signs an update. */
export interface ConfigSigner {
  creator: Creator;
  sign: Sign;
  /** 24 random bytes, different for each signature. */
  nonce: Uint8Array;
}

export interface ConfigUpdateEnvelopeRequest {
  channelId: string;
  /** Protobuf bytes of `common.ConfigUpdate`. */
  update: Uint8Array;
  /** At least one. The first also submits, so it must be a writer of the channel. */
  signers: ConfigSigner[];
  /** 24 random bytes for the envelope's own header. */
  nonce: Uint8Array;
  now: Date;
}

/** Bytes that an administrator signs: signature header, then update. */
export function configSignaturePayload(signatureHeader: Uint8Array, update: Uint8Array): Uint8Array {
  return Buffer.concat([signatureHeader, update]);
}

/** One administrator's signature over an update. It can be made on another machine. */
export function signConfigUpdate(signer: ConfigSigner, update: Uint8Array): ConfigSignature {
  const header = buildSignatureHeader(signer).serializeBinary();
  const signature = new ConfigSignature();
  signature.setSignatureHeader(header);
  signature.setSignature(signer.sign(configSignaturePayload(header, update)));
  return signature;
}

/**
 * CONFIG_UPDATE envelope for `AtomicBroadcast.Broadcast` or the participation API.
 *
 * @throws Error without a signer.
 */
export function configUpdateEnvelope(request: ConfigUpdateEnvelopeRequest): Envelope {
  const { channelId, update, signers, nonce, now } = request;
  const submitter = signers[0];
  if (submitter === undefined) {
    throw new Error(`config update of channel ${channelId}: no administrator signs it; at least one must`);
  }
  const signatures = signers.map((signer) => signConfigUpdate(signer, update));
  return signedUpdateEnvelope({ channelId, update, signatures, submitter: { ...submitter, nonce }, now });
}

export interface SignedUpdate {
  channelId: string;
  /** Protobuf bytes of `common.ConfigUpdate`. */
  update: Uint8Array;
  signatures: readonly ConfigSignature[];
  /** Sender of the envelope, a writer of the channel. Its nonce is the envelope's own. */
  submitter: ConfigSigner;
  now: Date;
}

/** The same envelope with signatures that were made before, here or elsewhere. */
export function signedUpdateEnvelope({ channelId, update, signatures, submitter, now }: SignedUpdate): Envelope {
  const envelope = new ConfigUpdateEnvelope();
  envelope.setConfigUpdate(update);
  envelope.setSignaturesList([...signatures]);
  const signatureHeader = buildSignatureHeader(submitter);
  const channelHeader = buildChannelHeader(headerType.configUpdate, channelId, now);
  channelHeader.setTxId(computeTransactionId(signatureHeader));
  const header = new Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  header.setSignatureHeader(signatureHeader.serializeBinary());
  return signEnvelope(header, envelope.serializeBinary(), submitter.sign);
}
