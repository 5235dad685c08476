/** Endorsed transactions: propose on given peers, submit to the orderers, wait for the commit of given peers. */
import type { Envelope } from "@hyperledger/fabric-protos/lib/common/common_pb";
import { buildProposal, type ChaincodeCall } from "../../../ledger/fabric/proposal";
import {
  endorsedTransaction,
  ProposalRefused,
  responsePayload,
  type NodeResponse,
} from "../../../ledger/fabric/transaction";
import type { Identity } from "../clients/identity";
import { choseOrdererWithoutChannel, lacksPeersInTime, NodeError, UnreachableError } from "../clients/node-error";
import { messageContext, type PeerClient } from "../clients/peer-client";
import { NotYet } from "../../framework/wait";

export interface TransactionRequest {
  channelId: string;
  /** Step in messages, for example `approving chaincode asset`. */
  step: string;
  identity: Identity;
  call: ChaincodeCall;
  /** The first must endorse, and submits. Of the others, endorsements with the same result count. */
  endorsers: PeerClient[];
  /**
   * Whether every endorser must endorse: endorsements of different organisations are all needed, those of one
   * organisation's peers are not.
   */
  needsAll: boolean;
  /**
   * MSP ids of organisations whose endorsements the first endorser's gateway collects, this stack's and others'. Default: none,
   * `endorsers` are asked.
   */
  through?: readonly string[] | undefined;
  /** Peers that must have committed. */
  committers: PeerClient[];
}

/** Validation codes of a transaction that conflicts with another; a retry with fresh state helps. */
const conflictCodes = ["MVCC_READ_CONFLICT", "PHANTOM_READ_CONFLICT"];

/**
 * Resolves with undefined when the transaction is valid on all committers, with NotYet when it should be tried again,
 * and with the refusal when the first endorser refused, which callers may handle.
 * @throws NodeError
 */
export async function transact(request: TransactionRequest): Promise<undefined | NotYet | ProposalRefused> {
  const { channelId, step, identity, endorsers } = request;
  const [submitter] = endorsers;
  if (submitter === undefined) throw new Error(`${step}: no peer to endorse`);
  const proposal = buildProposal({ ...messageContext(identity), channelId, call: request.call });
  if (request.through !== undefined) {
    const endorsed = submitter.endorseThrough(step, identity, channelId, proposal, request.through);
    const transaction = await orNotYet(mayBeEndorsedLater, endorsed);
    if (transaction instanceof NotYet) return transaction;
    return settle(request, submitter, proposal.transactionId, transaction);
  }
  const answers = await Promise.all(
    endorsers.map(async (peer) => ({ peer, response: await peer.endorse(step, identity, proposal) })),
  );
  const usable = pickEndorsements(
    request,
    answers.map(({ peer, response }) => ({ node: peer.node.name, response })),
  );
  if (usable instanceof ProposalRefused) return usable;
  return settle(request, submitter, proposal.transactionId, endorsedTransaction(proposal, usable, identity.sign));
}

/** Submits a transaction and waits for its commit. */
async function settle(
  { step, identity, channelId, committers }: TransactionRequest,
  submitter: PeerClient,
  transactionId: string,
  transaction: Envelope,
): Promise<undefined | NotYet> {
  const sent = await orNotYet(
    choseOrdererWithoutChannel,
    submitter.submit(step, channelId, transactionId, transaction),
  );
  if (sent instanceof NotYet) return sent;
  try {
    const codes = await Promise.all(
      committers.map((peer) => peer.commitStatus(step, identity, channelId, transactionId)),
    );
    const invalid = codes.find((code) => code !== "VALID");
    if (invalid === undefined) return undefined;
    if (conflictCodes.includes(invalid)) return new NotYet(`overtaken by another transaction (${invalid})`);
    throw new NodeError(submitter.node, step, `the transaction is invalid: ${invalid}`);
  } catch (error) {
    if (error instanceof UnreachableError) return new NotYet(`no word of the commit: ${error.answer}`);
    throw error;
  }
}

function mayBeEndorsedLater(refusal: NodeError): boolean {
  return refusal instanceof UnreachableError || lacksPeersInTime(refusal);
}

/** The result of a call; NotYet for a refusal that may pass. @throws NodeError for every other one */
async function orNotYet<T>(mayPass: (refusal: NodeError) => boolean, call: Promise<T>): Promise<T | NotYet> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof NodeError) || !mayPass(error)) throw error;
    return new NotYet(error.answer);
  }
}

function pickEndorsements(request: TransactionRequest, answers: NodeResponse[]): NodeResponse[] | ProposalRefused {
  const refusals = answers.map(refusalOf);
  const decisive = request.needsAll ? refusals.find((refusal) => refusal !== undefined) : refusals[0];
  if (decisive !== undefined) return decisive;
  if (request.needsAll) return answers;
  const wanted = answers[0]?.response.getPayload_asB64();
  return answers.filter(
    ({ response }, index) => refusals[index] === undefined && response.getPayload_asB64() === wanted,
  );
}

function refusalOf(answer: NodeResponse): ProposalRefused | undefined {
  try {
    responsePayload(answer);
    return undefined;
  } catch (error) {
    if (error instanceof ProposalRefused) return error;
    throw error;
  }
}
