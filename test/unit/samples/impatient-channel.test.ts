import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { connectivityState as State, type ChannelInterface } from "@grpc/grpc-js";
import { ImpatientChannel } from "../../../samples/client/impatient-channel";

/** A channel with a state that the test sets. */
class FakeChannel {
  isClosed = false;
  readonly calls: string[] = [];
  private watchers: { from: State; tell: (error?: Error) => void }[] = [];

  constructor(private state: State) {}

  set(state: State): void {
    this.state = state;
    for (const { tell } of this.watchers.splice(0)) tell();
  }

  getConnectivityState(): State {
    return this.state;
  }

  watchConnectivityState(from: State, deadline: number, tell: (error?: Error) => void): void {
    const watcher = { from, tell };
    this.watchers.push(watcher);
    if (deadline === Infinity) return;
    const timer = setTimeout(() => {
      if (!this.watchers.includes(watcher)) return;
      this.watchers = this.watchers.filter((other) => other !== watcher);
      tell(new Error("deadline passed"));
    }, deadline - Date.now());
    // Deadlines after the end of a test must not keep the process running.
    if (deadline - Date.now() > 1000) timer.unref();
  }

  createCall(method: string): void {
    this.calls.push(method);
  }

  close(): void {
    this.isClosed = true;
    this.set(State.SHUTDOWN);
  }
}

describe("sample client: a channel that gives up on a stuck connection attempt", () => {
  const opened = new EventEmitter();
  let channels: FakeChannel[];

  /** Opens channels in the given states, in order. */
  function open(...states: State[]): () => ChannelInterface {
    channels = [];
    return () => {
      const channel = new FakeChannel(states[channels.length] ?? State.IDLE);
      channels.push(channel);
      opened.emit("channel", channels.length);
      return channel as unknown as ChannelInterface;
    };
  }

  it("replaces a channel that connects for too long and sends calls through the new one", async () => {
    const second = once(opened, "channel").then(() => once(opened, "channel"));
    const channel = new ImpatientChannel(open(State.CONNECTING, State.READY), 1);
    await second;
    await Promise.resolve();
    channel.createCall("read", Infinity, null, null, null);
    assert.equal(channels[0]?.isClosed, true);
    assert.deepEqual(channels[1]?.calls, ["read"]);
    channel.close();
    assert.equal(channels[1]?.isClosed, true);
  });

  it("tries again and again until a connection comes about", async () => {
    const channel = new ImpatientChannel(open(State.CONNECTING, State.CONNECTING, State.CONNECTING, State.READY), 1);
    for (let count = channels.length; count < 4; [count] = (await once(opened, "channel")) as [number]);
    await Promise.resolve();
    assert.deepEqual(
      channels.map(({ isClosed }) => isClosed),
      [true, true, true, false],
    );
    channel.close();
  });

  it("keeps a channel that is ready, idle or failing, since none of these waits for an answer", () => {
    const channel = new ImpatientChannel(open(State.IDLE), 60_000);
    for (const state of [State.CONNECTING, State.READY, State.TRANSIENT_FAILURE, State.CONNECTING, State.READY]) {
      channels[0]?.set(state);
    }
    assert.equal(channels.length, 1);
    assert.equal(channel.getConnectivityState(false), State.READY);
    channel.close();
  });

  it("opens nothing more once it is closed", () => {
    const channel = new ImpatientChannel(open(State.CONNECTING), 60_000);
    channel.close();
    assert.equal(channels[0]?.isClosed, true);
    assert.equal(channels.length, 1);
  });
});
