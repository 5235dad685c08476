import { Envelope, Payload, type Header } from "@hyperledger/fabric-protos/lib/common/common_pb";
import type { Sign } from "./sign";

/** An envelope around `data`, signed over header and data. */
export function signEnvelope(header: Header, data: Uint8Array, sign: Sign): Envelope {
  const payload = new Payload();
  payload.setHeader(header);
  payload.setData(data);
  const bytes = payload.serializeBinary();
  const envelope = new Envelope();
  envelope.setPayload(bytes);
  envelope.setSignature(sign(bytes));
  return envelope;
}
