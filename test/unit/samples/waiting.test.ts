import assert from "node:assert/strict";
import { mock } from "node:test";
import { TooLate, waitFor } from "../../../samples/stack/waiting";

describe("samples: waiting", () => {
  let told: string[];
  const tell = (line: string): void => void told.push(line);

  beforeEach(() => {
    told = [];
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
  });

  afterEach(() => mock.timers.reset());

  it("is reported when it lasts, then ever more rarely, and ends with its result", async () => {
    const waiting = waitFor("a block", 240, () => new Promise(() => undefined), tell);
    for (let second = 0; second < 239; second++) mock.timers.tick(1000);
    assert.deepEqual(told, [
      "waiting for a block (15 s)",
      "waiting for a block (45 s)",
      "waiting for a block (105 s)",
      "waiting for a block (225 s)",
    ]);
    mock.timers.tick(1000);
    await assert.rejects(waiting, new TooLate("waited 240 s for a block"));
  });

  it("is not reported when it is short, whether it succeeds or fails", async () => {
    assert.equal(await waitFor("a block", 240, async () => 7, tell), 7);
    await assert.rejects(
      waitFor("a block", 240, () => Promise.reject(new Error("refused")), tell),
      new Error("refused"),
    );
    mock.timers.tick(300_000);
    assert.deepEqual(told, []);
  });
});
