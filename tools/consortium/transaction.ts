/** A transaction of one company, and the others' view of it. */
import { randomUUID } from "node:crypto";
import { Payload } from "@hyperledger/fabric-protos/lib/common/common_pb";
import { SerializedIdentity } from "@hyperledger/fabric-protos/lib/msp/identities_pb";
import {
  ChaincodeActionPayload,
  ProcessedTransaction,
  Transaction,
} from "@hyperledger/fabric-protos/lib/peer/transaction_pb";
import { say } from "../../lib/progress";
import { createAsset, firstDifference, parseAsset, type Asset } from "../../samples/client/assets";
import { chaincodeOf } from "../../samples/client/chaincode";
import { waitForBlock } from "../../samples/client/peer";
import { evaluate } from "../../samples/client/transaction";
import { asClientOf } from "./client";
import type { Company } from "./company";

export interface SharedChaincode {
  channel: string;
  chaincode: string;
}

/**
 * Creates an asset as a client of one company, and reads it from the peers of each reader.
 *
 * @throws Error when a company reads another asset, or when the endorsements differ from company to company
 */
export async function transact(
  { channel, chaincode }: SharedChaincode,
  author: Company,
  readers: readonly Company[],
): Promise<void> {
  const asset: Asset = {
    ID: `consortium-${randomUUID()}`,
    Color: "blue",
    Size: 5,
    Owner: author.name,
    AppraisedValue: 300,
  };
  const { transactionId, blockNumber } = await asClientOf(author, async (client) => {
    const { gateway } = await client.connectGateway(author.name);
    const creation = await createAsset(chaincodeOf(gateway, channel, chaincode), asset);
    if (creation.outcome !== "created") throw new Error(`asset ${asset.ID} was there before it was created`);
    return creation.transaction;
  });
  say(`${author.name} creates asset ${asset.ID}: transaction ${transactionId}, block ${blockNumber}`);
  for (const reader of readers) {
    const endorsers = await asClientOf(reader, async (client) => {
      const connection = await client.connectGateway(reader.name);
      await waitForBlock(connection, channel, blockNumber);
      const { contract } = chaincodeOf(connection.gateway, channel, chaincode);
      const found = parseAsset(await evaluate(contract, { name: "ReadAsset", arguments: [asset.ID] }));
      const difference = firstDifference(asset, found);
      if (difference !== undefined) throw new Error(`${reader.name} reads ${difference} in asset ${asset.ID}`);
      const ledger = connection.gateway.getNetwork(channel).getContract("qscc");
      return endorsersOf(await ledger.evaluateTransaction("GetTransactionByID", channel, transactionId));
    });
    say(`  the peer of ${reader.name} has it, owned by ${author.name}, endorsed by ${endorsers.join(", ")}`);
  }
}

/** MSP ids of the organisations whose peers endorsed a transaction. @param bytes `protos.ProcessedTransaction` */
export function endorsersOf(bytes: Uint8Array): string[] {
  const envelope = ProcessedTransaction.deserializeBinary(bytes).getTransactionenvelope();
  const payload = Payload.deserializeBinary(envelope?.getPayload_asU8() ?? new Uint8Array());
  const actions = Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
  const endorsements = actions.flatMap((action) => {
    const endorsed = ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8()).getAction();
    return endorsed?.getEndorsementsList() ?? [];
  });
  const mspIds = endorsements.map((each) => SerializedIdentity.deserializeBinary(each.getEndorser_asU8()).getMspid());
  return [...new Set(mspIds)].sort();
}
