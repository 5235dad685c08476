import { setTimeout as delay } from "node:timers/promises";
import { CommitError, type Contract, type Status, type Transaction } from "@hyperledger/fabric-gateway";
import type { Chaincode } from "./chaincode";
import { describeError, isKnownToOrderers, isOutcomeUnknown, isTransient, validationName } from "./errors";

/** A call of a chaincode function. */
export interface Call {
  name: string;
  arguments: string[];
}

/** A transaction on the ledger. */
export interface Committed {
  transactionId: string;
  blockNumber: bigint;
  /** Return value of the chaincode. */
  result: string;
  /** Number of submissions to an orderer; 1 without failures. */
  submissions: number;
}

/** Limit of all tries, in seconds, and delays between them, in milliseconds. */
export interface Patience {
  seconds: number;
  firstDelay: number;
  longestDelay: number;
}

/**
 * Enough for orderers to elect another leader: seconds after the leader ended, but up to a minute after its machine
 * failed (docs/operations.md).
 */
export const defaultPatience: Patience = { seconds: 180, firstDelay: 100, longestDelay: 2000 };

/**
 * Submits a transaction and waits until it is committed, through restarts of gateway, peers and orderers.
 *
 * When the outcome is unknown, the same signed transaction is sent again. This is safe: Fabric commits a transaction ID
 * once, marks a second copy as `DUPLICATE_TXID`, which changes nothing, and reports the status of the first copy. A new
 * proposal would be a second transaction. Orderers of BFT channels refuse a second copy of a transaction that they have:
 * then only the status is requested again.
 *
 * @throws when the chaincode or the channel refuses, or after `patience`.
 */
export async function submit(chaincode: Chaincode, call: Call, patience = defaultPatience): Promise<Committed> {
  const giveUpAt = Date.now() + patience.seconds * 1000;
  const endorsed = await retry(() => endorse(chaincode.contract, call), isTransient, patience, giveUpAt);
  let submissions = 0;
  const blockNumber = await retry(
    () => {
      submissions += 1;
      return commit(chaincode, endorsed);
    },
    isOutcomeUnknown,
    patience,
    giveUpAt,
  );
  return {
    transactionId: endorsed.getTransactionId(),
    blockNumber,
    result: Buffer.from(endorsed.getResult()).toString("utf8"),
    submissions,
  };
}

/** Submits a transaction without a second try. */
export async function submitOnce(chaincode: Chaincode, call: Call): Promise<Committed> {
  const endorsed = await endorse(chaincode.contract, call);
  const blockNumber = await commit(chaincode, endorsed);
  const result = Buffer.from(endorsed.getResult()).toString("utf8");
  return { transactionId: endorsed.getTransactionId(), blockNumber, result, submissions: 1 };
}

/** Evaluates a query on a peer of the gateway's choice. Waits until gateway and discovery are ready. */
export async function evaluate(contract: Contract, call: Call, patience = defaultPatience): Promise<string> {
  const giveUpAt = Date.now() + patience.seconds * 1000;
  const ask = (): Promise<Uint8Array> => contract.evaluate(call.name, { arguments: call.arguments });
  return Buffer.from(await retry(ask, isTransient, patience, giveUpAt)).toString("utf8");
}

function endorse(contract: Contract, call: Call): Promise<Transaction> {
  return contract.newProposal(call.name, { arguments: call.arguments }).endorse();
}

async function commit(chaincode: Chaincode, transaction: Transaction): Promise<bigint> {
  const { successful, code, transactionId, blockNumber } = await sendAndWait(chaincode, transaction);
  if (successful) return blockNumber;
  const message = `transaction ${transactionId} is in block ${blockNumber} but invalid: ${validationName(code)}`;
  throw new CommitError({ code, transactionId, message });
}

async function sendAndWait(chaincode: Chaincode, transaction: Transaction): Promise<Status> {
  let sent;
  try {
    sent = await transaction.submit();
  } catch (error) {
    if (isKnownToOrderers(error)) return chaincode.status(transaction.getTransactionId());
    throw error;
  }
  return sent.getStatus();
}

/** Runs `work` until it succeeds, fails for a reason that `again` does not accept, or `giveUpAt` (epoch ms) comes. */
export async function retry<T>(
  work: () => Promise<T>,
  again: (error: unknown) => boolean,
  patience: Patience,
  giveUpAt: number,
): Promise<T> {
  for (let pause = patience.firstDelay; ; pause = Math.min(pause * 2, patience.longestDelay)) {
    try {
      return await work();
    } catch (error) {
      if (!again(error)) throw error;
      if (Date.now() + pause >= giveUpAt) {
        throw new Error(`gave up after ${patience.seconds} s; the last answer was: ${describeError(error)}`, {
          cause: error,
        });
      }
    }
    await delay(pause);
  }
}
