import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { linesOf } from "../../../lib/lines";

describe("lines of a stream", () => {
  async function collect(stream: PassThrough, most = Infinity): Promise<string[]> {
    const lines: string[] = [];
    for await (const line of linesOf(stream)) {
      lines.push(line);
      if (lines.length >= most) break;
    }
    return lines;
  }

  it("come one after the other, and the last one needs no end of line", async () => {
    const stream = new PassThrough();
    stream.end("a\nb\n\nc");
    assert.deepEqual(await collect(stream), ["a", "b", "", "c"]);
  });

  it("end with the error of a stream that breaks off", async () => {
    const stream = new PassThrough();
    const reading = collect(stream);
    stream.destroy(new Error("reset"));
    await assert.rejects(reading, { message: "reset" });
  });

  it("leave a process alone when the stream breaks off after the last line that was wanted", async () => {
    const stream = new PassThrough();
    stream.write("a\nb\n");
    assert.deepEqual(await collect(stream, 1), ["a"]);
    stream.on("error", () => undefined).destroy(new Error("reset"));
    await new Promise((resolve) => stream.once("close", resolve));
  });
});
