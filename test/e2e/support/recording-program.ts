/**
 * A client of several companies, in a process of its own: creates assets without end through the gateway of each, one after the
 * other, and records every one that was acknowledged, as a line of JSON.
 *
 *     node -r tools/runtime/typescript-cache.cjs test/e2e/support/recording-program.ts RECORD CHANNEL CHAINCODE ORGANIZATION=OUTPUTS...
 */
import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { chaincodeOf } from "../../../samples/client/chaincode";
import { describeError } from "../../../samples/client/errors";
import { openStack } from "../../../samples/client/stack";
import { submit } from "../../../samples/client/transaction";
import type { RecordedOutcome } from "./recording-client";

const [record = "", channel = "", chaincode = "", ...authors] = process.argv.slice(2);
/** One client asks no faster than this for what was refused, in milliseconds. */
const afterRefusal = 1000;

function write(outcome: RecordedOutcome): void {
  appendFileSync(record, `${JSON.stringify(outcome)}\n`);
}

async function load(organization: string, file: string): Promise<never> {
  const stack = await openStack({ file });
  const { gateway } = await stack.connectGateway(organization);
  const target = chaincodeOf(gateway, channel, chaincode);
  const run = randomUUID().slice(0, 8);
  for (let number = 0; ; number += 1) {
    const id = `${organization}-${run}-${number}`;
    try {
      const call = { name: "CreateAsset", arguments: [id, "blue", "1", organization, "1"] };
      const { transactionId, blockNumber } = await submit(target, call);
      write({ organization, id, transactionId, block: Number(blockNumber) });
    } catch (error) {
      write({ organization, id, fault: describeError(error) });
      await pause(afterRefusal);
    }
  }
}

Promise.all(authors.map((author) => load(...(author.split("=") as [string, string])))).catch((error: unknown) => {
  console.error(describeError(error));
  process.exit(1);
});
