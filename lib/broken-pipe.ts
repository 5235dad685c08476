/**
 * Lets a command go on when nobody reads its output any more, as after `... | head -1`. The command's work matters more
 * than the rest of its output: a start or a removal that ended half-way would have to be repeated.
 */
export function outliveReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
