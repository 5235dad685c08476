/** Transactions of endorsed proposals, and envelopes for the ordering and delivery services. */
import { Header, type Envelope } from "@hyperledger/fabric-protos/lib/common/common_pb";
import { ChaincodeProposalPayload, Proposal } from "@hyperledger/fabric-protos/lib/peer/proposal_pb";
import type { ProposalResponse } from "@hyperledger/fabric-protos/lib/peer/proposal_response_pb";
import {
  ChaincodeActionPayload,
  ChaincodeEndorsedAction,
  Transaction,
  TransactionAction,
} from "@hyperledger/fabric-protos/lib/peer/transaction_pb";
import { signEnvelope } from "./envelope";
import type { ChaincodeProposal } from "./proposal";
import type { Sign } from "./sign";

export { seekEnvelope, type BlockPosition, type SeekRequest } from "./seek";

export interface NodeResponse {
  /** Name used in messages, for example `org1/peer0`. */
  node: string;
  response: ProposalResponse;
}

/** Refusal of a proposal by a peer that executed it. */
export class ProposalRefused extends Error {
  /**
   * @param node the peer
   * @param status HTTP-like status, 400 and above
   * @param answer the peer's message
   */
  constructor(
    readonly node: string,
    readonly status: number,
    readonly answer: string,
  ) {
    super(`${node} refused the proposal with status ${status}: ${answer}`);
    this.name = "ProposalRefused";
  }
}

/** Lowest status of an error: Fabric's `shim.ERRORTHRESHOLD`. */
const errorThreshold = 400;

/**
 * The chaincode's answer inside a proposal response.
 *
 * @throws ProposalRefused when the peer or the chaincode refused.
 */
export function responsePayload({ node, response }: NodeResponse): Uint8Array {
  const answer = response.getResponse();
  if (answer === undefined) throw new ProposalRefused(node, 0, "the response is empty");
  if (answer.getStatus() >= errorThreshold) throw new ProposalRefused(node, answer.getStatus(), answer.getMessage());
  return answer.getPayload_asU8();
}

/**
 * Signed transaction for `AtomicBroadcast.Broadcast`.
 *
 * @param sign must be the signer of the proposal's creator
 * @throws ProposalRefused when a peer refused.
 * @throws Error when no peer endorsed, or when peers endorsed different results, with the peers of each result.
 */
export function endorsedTransaction(proposal: ChaincodeProposal, answers: NodeResponse[], sign: Sign): Envelope {
  answers.forEach(responsePayload);
  const { header, payload } = readProposal(proposal);
  const action = new ChaincodeEndorsedAction();
  action.setProposalResponsePayload(agreedPayload(answers));
  action.setEndorsementsList(endorsements(answers));
  const actionPayload = new ChaincodeActionPayload();
  actionPayload.setChaincodeProposalPayload(payload);
  actionPayload.setAction(action);
  const transactionAction = new TransactionAction();
  transactionAction.setHeader(header.getSignatureHeader_asU8());
  transactionAction.setPayload(actionPayload.serializeBinary());
  const transaction = new Transaction();
  transaction.setActionsList([transactionAction]);
  return signEnvelope(header, transaction.serializeBinary(), sign);
}

/** Header and payload of the transaction, without the transient data, which only peers may see. */
function readProposal(proposal: ChaincodeProposal): { header: Header; payload: Uint8Array } {
  const message = Proposal.deserializeBinary(proposal.bytes);
  const full = ChaincodeProposalPayload.deserializeBinary(message.getPayload_asU8());
  const visible = new ChaincodeProposalPayload();
  visible.setInput(full.getInput_asU8());
  return { header: Header.deserializeBinary(message.getHeader_asU8()), payload: visible.serializeBinary() };
}

function agreedPayload(answers: NodeResponse[]): Uint8Array {
  const nodesByPayload = new Map<string, string[]>();
  for (const { node, response } of answers) {
    const payload = response.getPayload_asB64();
    nodesByPayload.set(payload, [...(nodesByPayload.get(payload) ?? []), node]);
  }
  const [agreed, ...others] = [...nodesByPayload.entries()].sort(([, a], [, b]) => b.length - a.length);
  if (agreed === undefined) {
    throw new Error("no peer endorsed the proposal: a transaction needs one endorsement at least");
  }
  if (others.length > 0) {
    const sides = [agreed, ...others].map(([, nodes]) => nodes.join(", ")).join(" | ");
    throw new Error(
      `peers endorsed different results (${sides}): their ledgers differ for the moment, or the chaincode is not deterministic`,
    );
  }
  return Buffer.from(agreed[0], "base64");
}

function endorsements(answers: NodeResponse[]): ReturnType<ChaincodeEndorsedAction["getEndorsementsList"]> {
  return answers.map(({ node, response }) => {
    const endorsement = response.getEndorsement();
    if (endorsement === undefined) throw new Error(`${node} answered without an endorsement`);
    return endorsement;
  });
}
