import type { Writable } from "node:stream";
import { createReadStream, statSync } from "node:fs";
import { endOfArchive, padded, padding, tarHeader, type TarHeader } from "../../lib/tar";
import type { Entry } from "./entry";

/** Writes an archive. Equal entries with equal content give equal bytes. */
export async function writeTar(entries: readonly Entry[], output: Writable): Promise<void> {
  for (const entry of entries) {
    await write(output, tarHeader(headerOf(entry)));
    if (entry.kind === "text") await write(output, padded(Buffer.from(entry.text)));
    if (entry.kind === "file") await copy(entry.source, output);
  }
  await write(output, endOfArchive);
}

function headerOf(entry: Entry): TarHeader {
  const common = { path: entry.path, size: 0, uid: 0 };
  switch (entry.kind) {
    case "directory":
      return { ...common, path: `${entry.path}/`, mode: entry.mode ?? 0o755, uid: entry.uid ?? 0, type: "5" };
    case "file":
      return { ...common, size: statSync(entry.source).size, mode: entry.mode, type: "0" };
    case "text":
      return { ...common, size: Buffer.byteLength(entry.text), mode: entry.mode, type: "0" };
    case "link":
      return { ...common, mode: 0o777, type: "2", target: entry.target };
  }
}

async function copy(source: string, output: Writable): Promise<void> {
  let size = 0;
  for await (const chunk of createReadStream(source, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    await write(output, chunk);
  }
  await write(output, Buffer.alloc(padding(size)));
}

function write(output: Writable, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}
