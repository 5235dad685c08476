import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import { StatusCode, type Contract } from "@hyperledger/fabric-gateway";
import { describeLoad, percentile, runLoad, type LoadResult } from "../../../samples/client/load";
import { endorseError } from "./gateway-errors";

describe("load: percentiles", () => {
  it("is the nearest rank, so that it is always a latency that was measured", () => {
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
    assert.deepEqual(
      [0, 50, 95, 99, 100].map((percent) => percentile(hundred, percent)),
      [1, 50, 95, 99, 100],
    );
    assert.equal(percentile([4], 50), 4);
  });

  it("is 0 when nothing succeeded", () => {
    assert.equal(percentile([], 99), 0);
  });
});

/** An endorsed transaction that will be committed. */
function committed(transactionId: string) {
  const status = { successful: true, code: StatusCode.VALID, blockNumber: 1n, transactionId };
  return {
    getTransactionId: () => transactionId,
    getResult: () => new Uint8Array(),
    submit: async () => ({ getStatus: async () => status }),
  };
}

describe("load: a run", () => {
  it("sends one transaction after the other until the time is over, also after errors, and measures each", async () => {
    let calls = 0;
    const contract = {
      newProposal: () => ({
        endorse: async () => {
          calls += 1;
          if (calls === 2) throw endorseError(status.UNAVAILABLE, "no gateway");
          return committed(`tx${calls}`);
        },
      }),
    } as unknown as Contract;

    // 10 ms pass between any two looks at the clock; a transaction looks twice, and the loop once before each.
    let time = 0;
    const result = await runLoad({
      chaincode: { contract, status: () => assert.fail("nothing is unknown") },
      clients: 1,
      seconds: 0.1,
      clock: () => (time += 10),
    });

    assert.equal(calls, 4);
    assert.equal(result.completed, 3);
    assert.equal(result.created.length, 3);
    assert.deepEqual(result.latency, { p50: 10, p95: 10, p99: 10, max: 10 });
    assert.equal(result.errors, 1);
    assert.deepEqual(result.errorKinds, { "EndorseError UNAVAILABLE": { count: 1, example: "no gateway" } });
    assert.equal(result.longestGapSeconds, 0.05);
  });

  it("begins transactions at a rate, whether earlier ones have ended or not", async () => {
    const waiting: (() => void)[] = [];
    const contract = {
      newProposal: () => ({
        endorse: async () => {
          const id = `tx${waiting.length}`;
          await new Promise<void>((end) => {
            waiting.push(end);
            if (waiting.length === 5) waiting.forEach((endOne) => endOne());
          });
          return committed(id);
        },
      }),
    } as unknown as Contract;
    const result = await runLoad({
      chaincode: { contract, status: () => assert.fail("nothing is unknown") },
      rate: 50,
      seconds: 0.1,
    });
    assert.deepEqual([result.completed, result.errors, new Set(result.created).size], [5, 0, 5]);
  });

  it("prints rate, latencies, the longest gap and an example of each error", () => {
    const result: LoadResult = {
      completed: 300,
      seconds: 10,
      transactionsPerSecond: 30,
      latency: { p50: 301.4, p95: 402, p99: 503, max: 604 },
      longestGapSeconds: 7.25,
      errors: 2,
      errorKinds: { "SubmitError UNAVAILABLE": { count: 2, example: "no orderers" } },
      created: [],
    };
    assert.equal(
      describeLoad(result),
      [
        "300 transactions in 10.0 s: 30.0 a second",
        "latency ms: p50 301, p95 402, p99 503, max 604",
        "longest time without a success: 7.3 s",
        "errors: 2",
        "  2 x SubmitError UNAVAILABLE: no orderers",
      ].join("\n"),
    );
  });
});
