/**
 * Ends the program when the engine that runs it is gone.
 *
 * After `kill -9` of the engine the program's output has no reader any more. Pulumi's SDK reports the broken pipe by
 * writing to it, which breaks again: the orphan would keep a processor busy for ever.
 */
export function exitWithEngine(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", () => process.exit(1));
  }
}
