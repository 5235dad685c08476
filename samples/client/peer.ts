import { gateway as gatewayProtos, peer as peerProtos } from "@hyperledger/fabric-protos";
import type { GatewayConnection } from "./gateway";
import { within } from "./gateway";
import type { Call } from "./transaction";

/**
 * Queries to one particular peer.
 *
 * A gateway sends a query to the peer of its organisation with the longest chain. To read the ledger of one given peer,
 * the same signed proposal goes to that peer's endorser service instead.
 */

/** Waits until the connected peer has committed block `blockNumber`. @throws when the event deadline passes. */
export async function waitForBlock(connection: GatewayConnection, channel: string, blockNumber: bigint): Promise<void> {
  const network = connection.gateway.getNetwork(channel);
  const blocks = await network.getFilteredBlockEvents({ startBlock: blockNumber });
  try {
    for await (const block of blocks) {
      if (BigInt(block.getNumber()) >= blockNumber) return;
    }
    throw new Error(`the block events of channel ${channel} ended before block ${blockNumber}`);
  } finally {
    blocks.close();
  }
}

/** Runs a query on the connected peer itself and returns the chaincode's answer. */
export async function queryPeer(
  connection: GatewayConnection,
  channel: string,
  chaincode: string,
  call: Call,
): Promise<string> {
  const proposal = await signedProposal(connection, channel, chaincode, call);
  const answer = await processProposal(connection, proposal);
  const response = answer.getResponse();
  if (response?.getStatus() !== 200) {
    throw new Error(`${call.name} was refused with ${response?.getStatus()}: ${response?.getMessage()}`);
  }
  return Buffer.from(response.getPayload_asU8()).toString("utf8");
}

/** Builds a proposal by the gateway API. Signs it here, because it does not go to the gateway. */
async function signedProposal(
  { gateway, signer }: GatewayConnection,
  channel: string,
  chaincode: string,
  call: Call,
): Promise<peerProtos.SignedProposal> {
  const contract = gateway.getNetwork(channel).getContract(chaincode);
  const unsigned = contract.newProposal(call.name, { arguments: call.arguments });
  const signed = gateway.newSignedProposal(unsigned.getBytes(), await signer(unsigned.getDigest()));
  const proposal = gatewayProtos.ProposedTransaction.deserializeBinary(signed.getBytes()).getProposal();
  if (!proposal) throw new Error("the gateway API built a transaction without a proposal");
  return proposal;
}

function processProposal(
  { client, deadlines }: GatewayConnection,
  proposal: peerProtos.SignedProposal,
): Promise<peerProtos.ProposalResponse> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      "/protos.Endorser/ProcessProposal",
      (message: peerProtos.SignedProposal) => Buffer.from(message.serializeBinary()),
      (bytes) => peerProtos.ProposalResponse.deserializeBinary(bytes),
      proposal,
      within(deadlines.evaluate),
      (error, response) => {
        if (response) resolve(response);
        else reject(error ?? new Error("the peer sent neither an answer nor an error"));
      },
    );
  });
}
