import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/**
 * Lines of a stream, one after the other, until it ends.
 *
 * @throws the error of a stream that fails while it is read; one that comes after the last line that was asked for is dropped
 */
export async function* linesOf(input: Readable): AsyncGenerator<string> {
  const lines = createInterface({ input });
  // It passes on errors of its input also when nobody asks for lines any more, and then nobody could catch them.
  lines.on("error", () => undefined);
  yield* lines;
}
