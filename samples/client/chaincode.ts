import type { Contract, Gateway, Status } from "@hyperledger/fabric-gateway";
import { CommitStatusRequest, SignedCommitStatusRequest } from "@hyperledger/fabric-protos/lib/gateway/gateway_pb";
import { SerializedIdentity } from "@hyperledger/fabric-protos/lib/msp/identities_pb";

/** A chaincode of a channel, through one gateway. */
export interface Chaincode {
  contract: Contract;
  /** Status of any client's transaction. Resolves when the gateway's peer has committed the transaction. */
  status(transactionId: string): Promise<Status>;
}

export function chaincodeOf(gateway: Gateway, channel: string, name: string): Chaincode {
  return {
    contract: gateway.getNetwork(channel).getContract(name),
    status: (transactionId) => gateway.newCommit(statusRequest(gateway, channel, transactionId)).getStatus(),
  };
}

/** Unsigned request for a status. The gateway API signs it, but builds one only for a transaction that it sends itself. */
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
