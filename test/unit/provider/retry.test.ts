import assert from "node:assert/strict";
import { CancelledError, ProviderError } from "../../../provider/framework/errors";
import { TimeoutError } from "../../../provider/framework/time-limit";
import { NotYet, waitUntil } from "../../../provider/framework/wait";

function waiting(): { stop: AbortController; said: string[]; options: Parameters<typeof waitUntil>[1] } {
  const stop = new AbortController();
  const said: string[] = [];
  return {
    stop,
    said,
    options: { signal: stop.signal, waitingFor: "orderer0 to serve", status: (message) => said.push(message) },
  };
}

describe("waiting for a condition", () => {
  it("asks until there is an answer and says each new reason once", async () => {
    const { said, options } = waiting();
    const answers = [new NotYet("no leader"), new NotYet("no leader"), new NotYet("onboarding"), "serving"];
    assert.equal(await waitUntil(async () => answers.shift() ?? "too late", options), "serving");
    assert.deepEqual(said, ["waiting for orderer0 to serve (no leader)", "waiting for orderer0 to serve (onboarding)"]);
  });

  it("ends with the condition and the last answer when the time is over", async () => {
    const { stop, options } = waiting();
    const asked = waitUntil(async () => {
      stop.abort(new TimeoutError("gave up after 600 s"));
      return new NotYet("no leader");
    }, options);
    await assert.rejects(asked, {
      name: "TimeoutError",
      message: "gave up after 600 s of waiting for orderer0 to serve; last answer: no leader",
    });
  });

  it("ends at once when the user cancels, in the middle of a pause too", async () => {
    const { stop, options } = waiting();
    const asked = waitUntil(async () => {
      setImmediate(() => stop.abort(new CancelledError("cancelled")));
      return new NotYet("no leader");
    }, options);
    await assert.rejects(asked, { name: "CancelledError" });
  });

  it("does not ask again after an answer that no repetition changes", async () => {
    const { options } = waiting();
    let asked = 0;
    const refused = waitUntil(async () => {
      asked += 1;
      throw new ProviderError("forbidden");
    }, options);
    await assert.rejects(refused, { message: "forbidden" });
    assert.equal(asked, 1);
  });
});
