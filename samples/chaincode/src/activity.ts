/** Counts work in progress, so that a server told to stop can finish it first. */
export class Activity {
  private running = 0;
  private idleListeners: (() => void)[] = [];

  /** Runs `work` and counts it as in progress until it succeeds or fails. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.running += 1;
    try {
      return await work();
    } finally {
      this.running -= 1;
      if (this.running === 0) this.idleListeners.splice(0).forEach((listener) => listener());
    }
  }

  /** Resolves when nothing is in progress, or after `longestMilliseconds`. */
  idle(longestMilliseconds: number): Promise<void> {
    if (this.running === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.idleListeners.push(resolve);
      setTimeout(resolve, longestMilliseconds).unref();
    });
  }
}

/** Transactions that this process is executing. */
export const transactions = new Activity();
