/** The ledger of a company's peer. */
import { BlockchainInfo } from "@hyperledger/fabric-protos/lib/common/ledger_pb";
import { TxValidationCode } from "@hyperledger/fabric-protos/lib/peer/transaction_pb";
import { waitForBlock } from "../../samples/client/peer";
import { asClientOf } from "./client";
import type { Company } from "./company";

/**
 * Reads every block of a company's peer.
 *
 * @param last block that the peer is waited for
 * @returns numbers of the blocks in which a transaction is valid, by its ID: one, unless the peer is broken
 */
export function committedAt(company: Company, channel: string, last: number): Promise<Map<string, number[]>> {
  return asClientOf(company, async (client) => {
    const connection = await client.connectGateway(company.name);
    await waitForBlock(connection, channel, BigInt(last));
    const network = connection.gateway.getNetwork(channel);
    const info = await network.getContract("qscc").evaluateTransaction("GetChainInfo", channel);
    const height = BlockchainInfo.deserializeBinary(info).getHeight();
    const found = new Map<string, number[]>();
    const blocks = await network.getFilteredBlockEvents({ startBlock: 0n });
    try {
      for await (const block of blocks) {
        for (const transaction of block.getFilteredTransactionsList()) {
          if (transaction.getTxValidationCode() !== TxValidationCode.VALID) continue;
          const id = transaction.getTxid();
          found.set(id, [...(found.get(id) ?? []), block.getNumber()]);
        }
        if (block.getNumber() >= height - 1) return found;
      }
    } finally {
      blocks.close();
    }
    throw new Error(`the blocks of ${company.name} ended before block ${height - 1} of channel ${channel}`);
  });
}
