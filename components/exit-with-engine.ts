/**
 * Ends the program when its engine is gone.
 *
 * After `kill -9` of the engine the program's output has no reader. Pulumi's SDK reports the broken pipe by writing to
 * it, which fails again: the program would use a whole processor for ever.
 */
export function exitWithEngine(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", () => process.exit(1));
  }
}
