import assert from "node:assert/strict";
import { JoinTurns } from "../../../provider/fabric/work/join-turns";

describe("turns for joining a channel", () => {
  /** Joins that end on request, and the order of their starts and ends. */
  function scene(): {
    join: (channel: string, msp: string, name: string) => Promise<void>;
    finish: (name: string) => void;
    events: string[];
  } {
    const turns = new JoinTurns();
    const events: string[] = [];
    const ends = new Map<string, () => void>();
    return {
      events,
      finish: (name) => ends.get(name)?.(),
      join: (channel, msp, name) =>
        turns.take(channel, msp, async () => {
          events.push(`${name} begins`);
          await new Promise<void>((resolve) => ends.set(name, resolve));
          events.push(`${name} ends`);
        }),
    };
  }
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it("let peers of one organisation join together and another organisation's after them", async () => {
    const { join, finish, events } = scene();
    const joins = [join("trade", "Org1MSP", "a"), join("trade", "Org2MSP", "b"), join("trade", "Org1MSP", "c")];
    await settle();
    assert.deepEqual(events, ["a begins", "c begins"]);
    finish("a");
    await settle();
    assert.deepEqual(events, ["a begins", "c begins", "a ends"]);
    finish("c");
    await settle();
    finish("b");
    await Promise.all(joins);
    assert.deepEqual(events.slice(3), ["c ends", "b begins", "b ends"]);
  });

  it("do not hold up other channels", async () => {
    const { join, finish, events } = scene();
    const joins = [join("trade", "Org1MSP", "a"), join("other", "Org2MSP", "b")];
    await settle();
    assert.deepEqual(events, ["a begins", "b begins"]);
    finish("a");
    finish("b");
    await Promise.all(joins);
  });

  it("go on after a join that failed", async () => {
    const turns = new JoinTurns();
    await assert.rejects(
      turns.take("trade", "Org1MSP", () => Promise.reject(new Error("refused"))),
      { message: "refused" },
    );
    assert.equal(await turns.take("trade", "Org2MSP", async () => "joined"), "joined");
  });
});
