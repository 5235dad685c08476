import type { Contract, Gateway, Status } from "@hyperledger/fabric-gateway";
import { CommitStatusRequest, SignedCommitStatusRequest } from "@hyperledger/fabric-protos/lib/gateway/gateway_pb";
import { SerializedIdentity } from "@hyperledger/fabric-protos/lib/msp/identities_pb";

/** A chaincode of a channel, as one gateway serves it. */
export interface Chaincode {
  contract: Contract;
  /** What became of a transaction, whoever sent it: resolves when the gateway's peer has committed it. */
  status(transactionId: string): Promise<Status>;
}

export function chaincodeOf(gateway: Gateway, channel: string, name: string): Chaincode {
  return {
    contract: gateway.getNetwork(channel).getContract(name),
    status: (transactionId) => gateway.newCommit(statusRequest(gateway, channel, transactionId)).getStatus(),
  };
}

/** The question that the gateway API otherwise builds when it sends a transaction; it signs this one when it asks. */
function statusRequest(gateway: Gateway, channel: string, transactionId: string): Uint8Array {
  const { mspId, credentials } = gateway.getIdentity();
  const identity = new SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(credentials);
  const request = new CommitStatusRequest();
  request.setTransactionId(transactionId);
  request.setChannelId(channel);
  request.setIdentity(identity.serializeBinary());
  const signed = new SignedCommitStatusRequest();
  signed.setRequest(request.serializeBinary());
  return signed.serializeBinary();
}
