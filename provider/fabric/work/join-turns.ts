/**
 * Turns for joining peers to a channel: one organisation at a time, its peers together.
 *
 * A joining peer greets the anchor peers of the other organisations. Peers that have not joined yet refuse it, since
 * they do not know its organisation, and it tries again much later (peer.gossip.reconnectInterval, by default 25 s).
 * Two organisations that join in the same instant can refuse each other, and the first transaction has to wait. With
 * turns, the later organisation always finds the earlier one ready. A join takes a tenth of a second.
 */
export class JoinTurns {
  private readonly channels = new Map<string, Turn>();

  /** Runs `join` when no other organisation is joining the channel. */
  async take<T>(channelId: string, mspId: string, join: () => Promise<T>): Promise<T> {
    let turn = this.channels.get(channelId);
    while (turn !== undefined && turn.mspId !== mspId) {
      await turn.over;
      turn = this.channels.get(channelId);
    }
    turn ??= this.begin(channelId, mspId);
    turn.joining += 1;
    try {
      return await join();
    } finally {
      turn.joining -= 1;
      if (turn.joining === 0) {
        this.channels.delete(channelId);
        turn.end();
      }
    }
  }

  private begin(channelId: string, mspId: string): Turn {
    const turn: Turn = { mspId, joining: 0, over: Promise.resolve(), end: () => undefined };
    turn.over = new Promise((resolve) => (turn.end = resolve));
    this.channels.set(channelId, turn);
    return turn;
  }
}

interface Turn {
  mspId: string;
  joining: number;
  over: Promise<void>;
  end(): void;
}
