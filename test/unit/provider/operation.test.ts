/** Time limit of an operation: with progress, and as the user set it. */
import assert from "node:assert/strict";
import { NotYet, waitUntil } from "../../../provider/framework/wait";
import { runOperation, type OperationLimits } from "../../../provider/framework/operation";
import type { OperationContext } from "../../../provider/framework/resource";

const idleSeconds = 0.4;

describe("the time of an operation", () => {
  const silent = { status: () => undefined, info: () => undefined, warn: () => undefined };

  function run<T>(work: (context: OperationContext) => Promise<T>, limits: Partial<OperationLimits> = {}): Promise<T> {
    const cancelled = new AbortController().signal;
    return runOperation(work, { log: silent, cancelled, idleSeconds: idleSeconds, ...limits });
  }

  /** Waits for three times the idle time, with a height that `heightAfter` gives for the elapsed seconds. */
  function catchUp({ signal, progress }: OperationContext, heightAfter: (seconds: number) => number): Promise<string> {
    const begun = Date.now();
    return waitUntil<string>(
      async () => {
        const seconds = (Date.now() - begun) / 1000;
        const height = heightAfter(seconds);
        return seconds > 3 * idleSeconds ? "there" : new NotYet(`block ${height}`, height);
      },
      { signal, progress, status: () => undefined, waitingFor: "peer0 to catch up" },
    );
  }

  it("begins anew with every block, so that a long chain is waited for", async () => {
    assert.equal(await run((context) => catchUp(context, (seconds) => Math.floor(seconds * 20))), "there");
  });

  it("is over when nothing comes nearer, and says how far it got", async () => {
    await assert.rejects(
      run((context) => catchUp(context, (seconds) => Math.min(2, Math.floor(seconds * 20)))),
      { message: "gave up after 0.4 s without progress of waiting for peer0 to catch up; last answer: block 2" },
    );
  });

  it("is the user's value, with or without progress", async () => {
    await assert.rejects(
      run((context) => catchUp(context, (seconds) => Math.floor(seconds * 20)), { totalSeconds: 0.5 }),
      { message: /^gave up after 0\.5 s of waiting for peer0 to catch up; last answer: block \d+$/ },
    );
  });
});
