/** Client of a peer: proposals, endorsed transactions and their commit, blocks. */
import type { ServiceError } from "@grpc/grpc-js";
import { GatewayClient } from "@hyperledger/fabric-protos/lib/gateway/gateway_grpc_pb";
import {
  CommitStatusRequest,
  EndorseRequest,
  type EndorseResponse,
  type CommitStatusResponse,
  SignedCommitStatusRequest,
  SubmitRequest,
} from "@hyperledger/fabric-protos/lib/gateway/gateway_pb";
import { Envelope, type Block } from "@hyperledger/fabric-protos/lib/common/common_pb";
import { DeliverClient } from "@hyperledger/fabric-protos/lib/peer/events_grpc_pb";
import { EndorserClient } from "@hyperledger/fabric-protos/lib/peer/peer_grpc_pb";
import type { ProposalResponse } from "@hyperledger/fabric-protos/lib/peer/proposal_response_pb";
import { TxValidationCode } from "@hyperledger/fabric-protos/lib/peer/transaction_pb";
import {
  buildProposal,
  serializeIdentity,
  signProposal,
  type ChaincodeCall,
  type ChaincodeProposal,
  type MessageContext,
} from "../../../ledger/fabric/proposal";
import { ProposalRefused, responsePayload } from "../../../ledger/fabric/transaction";
import type { NodeAddress } from "../sdk";
import { DeliverStatus, readBlock } from "./block-stream";
import { FabricConnection, type ConnectionContext } from "./fabric-connection";
import { newNonce, type Identity } from "./identity";
import { NodeError } from "./node-error";

/**
 * Time to wait for a commit before the step is examined again, in milliseconds. Replacing a dead raft leader takes up
 * to 17 s (election timeout 5 to 10 s, sometimes two rounds), and its pending transactions may be lost.
 */
const commitTimeoutMs = 30_000;

export class PeerClient {
  private constructor(
    private readonly connection: FabricConnection,
    private readonly signal: AbortSignal,
  ) {}

  static async open(node: NodeAddress, context: ConnectionContext): Promise<PeerClient> {
    return new PeerClient(await FabricConnection.open(node, context), context.signal);
  }

  get node(): NodeAddress {
    return this.connection.node;
  }

  /** Calls a system chaincode without sending a transaction. @throws NodeError when the peer refuses */
  async query(step: string, identity: Identity, channelId: string, call: ChaincodeCall): Promise<Uint8Array> {
    const result = await this.tryQuery(step, identity, channelId, call);
    if (result instanceof Uint8Array) return result;
    throw this.refused(step, result);
  }

  /** Like {@link query}, for calls with refusals that are answers. */
  async tryQuery(
    step: string,
    identity: Identity,
    channelId: string,
    call: ChaincodeCall,
  ): Promise<Uint8Array | ProposalRefused> {
    const proposal = buildProposal({ ...messageContext(identity), channelId, call });
    const response = await this.endorse(step, identity, proposal);
    try {
      return responsePayload({ node: this.node.name, response });
    } catch (error) {
      if (error instanceof ProposalRefused) return error;
      throw error;
    }
  }

  /** Sends a signed proposal. The answer may be a refusal. */
  async endorse(step: string, identity: Identity, proposal: ChaincodeProposal): Promise<ProposalResponse> {
    const endorser = this.connection.client(EndorserClient);
    const signed = signProposal(proposal, identity.sign);
    return this.connection.call<ProposalResponse>(step, (options, callback) =>
      endorser.processProposal(signed, options, callback),
    );
  }

  /**
   * Lets the peer's gateway collect endorsements of organisations, whose peers it knows by discovery.
   *
   * @param organizations MSP ids
   * @returns the transaction, signed
   * @throws UnreachableError when the gateway does not answer, or knows no peer of one of them at the moment
   * @throws NodeError when one of them does not endorse
   */
  async endorseThrough(
    step: string,
    identity: Identity,
    channelId: string,
    proposal: ChaincodeProposal,
    organizations: readonly string[],
  ): Promise<Envelope> {
    const gateway = this.connection.client(GatewayClient);
    const request = new EndorseRequest();
    request.setTransactionId(proposal.transactionId);
    request.setChannelId(channelId);
    request.setProposedTransaction(signProposal(proposal, identity.sign));
    request.setEndorsingOrganizationsList([...organizations]);
    const response = await this.connection.callOnce<EndorseResponse>(step, (options, callback) =>
      gateway.endorse(request, options, callback),
    );
    const payload = response.getPreparedTransaction()?.getPayload_asU8() ?? new Uint8Array();
    const envelope = new Envelope();
    envelope.setPayload(payload);
    envelope.setSignature(identity.sign(payload));
    return envelope;
  }

  /** Hands a transaction to the ordering service through the peer's gateway, which knows the channel's orderers. */
  async submit(step: string, channelId: string, transactionId: string, transaction: Envelope): Promise<void> {
    const gateway = this.connection.client(GatewayClient);
    const request = new SubmitRequest();
    request.setChannelId(channelId);
    request.setTransactionId(transactionId);
    request.setPreparedTransaction(transaction);
    await this.connection.call(step, (options, callback) => gateway.submit(request, options, callback));
  }

  /**
   * Waits until this peer has committed a transaction. Returns `VALID`, or the validation code of an invalid one.
   * @throws UnreachableError when it is not committed within half a minute: it may be lost, or come later
   */
  async commitStatus(step: string, identity: Identity, channelId: string, transactionId: string): Promise<string> {
    const gateway = this.connection.client(GatewayClient);
    const request = new CommitStatusRequest();
    request.setChannelId(channelId);
    request.setTransactionId(transactionId);
    request.setIdentity(serializeIdentity(identity.creator));
    const bytes = request.serializeBinary();
    const signed = new SignedCommitStatusRequest();
    signed.setRequest(bytes);
    signed.setSignature(identity.sign(bytes));
    const response = await this.connection.callOnce<CommitStatusResponse>(
      step,
      (options, callback) => gateway.commitStatus(signed, options, callback),
      commitTimeoutMs,
    );
    return validationCodeName(response.getResult());
  }

  /** One block by number. @throws NodeError when the peer lacks it or refuses */
  async block(step: string, identity: Identity, channelId: string, position: number): Promise<Block> {
    const deliver = this.connection.client(DeliverClient);
    const request = { channelId, position, identity, signal: this.signal };
    const result = await readBlock((options) => deliver.deliver(options), request).catch((error: ServiceError) => {
      throw this.connection.translate(step, error);
    });
    if (result instanceof DeliverStatus) throw new NodeError(this.node, step, result.name);
    return result;
  }

  refused(step: string, refusal: ProposalRefused): NodeError {
    return new NodeError(this.node, step, `${refusal.answer} (status ${refusal.status})`);
  }

  async close(): Promise<void> {
    await this.connection.close();
  }
}

/** Sender, nonce and time of a new message. */
export function messageContext(identity: Identity): MessageContext {
  return { creator: identity.creator, nonce: newNonce(), now: new Date() };
}

function validationCodeName(code: number): string {
  return Object.entries(TxValidationCode).find(([, value]) => value === code)?.[0] ?? String(code);
}
