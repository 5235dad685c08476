/** Prints one line per phase: when it was done, how long it took, what was waited for. */
export class Progress {
  private readonly started = performance.now();

  /**
   * Runs a phase and prints its line when it is done. Phases may run side by side.
   *
   * @param phase what is made, and what is waited for: `nodes (3 Ready)`
   */
  async phase<T>(phase: string, work: () => Promise<T>): Promise<T> {
    const begin = performance.now();
    try {
      const result = await work();
      this.line(phase, begin);
      return result;
    } catch (error) {
      this.line(`${phase}: FAILED`, begin);
      throw error;
    }
  }

  seconds(): string {
    return seconds(this.started);
  }

  private line(phase: string, begin: number): void {
    process.stdout.write(`${seconds(this.started).padStart(6)} s  ${phase} (${seconds(begin)} s)\n`);
  }
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}
