import type { Writable } from "node:stream";
import { createReadStream, statSync } from "node:fs";
import type { Entry } from "./entry";

/**
 * Tar archives in the POSIX "ustar" interchange format, with a pax header where a path is too long for it.
 * Layout: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, "ustar Interchange Format".
 */

const block = 512;

interface Header {
  path: string;
  size: number;
  mode: number;
  uid: number;
  /** `0` file, `2` symbolic link, `5` directory, `x` pax header of the next entry. */
  type: "0" | "2" | "5" | "x";
  target?: string;
}

/** Writes an archive. Equal entries with equal content give equal bytes. */
export async function writeTar(entries: readonly Entry[], output: Writable): Promise<void> {
  for (const entry of entries) {
    await write(output, headerBlocks(headerOf(entry)));
    if (entry.kind === "text") await write(output, padded(Buffer.from(entry.text)));
    if (entry.kind === "file") await copy(entry.source, output);
  }
  await write(output, Buffer.alloc(2 * block));
}

function headerOf(entry: Entry): Header {
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

function headerBlocks(header: Header): Buffer {
  const split = splitPath(header.path);
  const longTarget = Buffer.byteLength(header.target ?? "") > 100;
  if (split && !longTarget) return ustar({ ...header, path: split.name }, split.prefix);
  const records = paxRecord("path", header.path) + (header.target ? paxRecord("linkpath", header.target) : "");
  const pax: Header = { path: "pax", size: Buffer.byteLength(records), mode: 0o644, uid: 0, type: "x" };
  const short = { ...header, path: header.path.slice(-50), target: header.target?.slice(-50) };
  return Buffer.concat([ustar(pax, ""), padded(Buffer.from(records)), ustar(short, "")]);
}

/** A path of up to 100 bytes, or a prefix of up to 155 and a name of up to 100, divided at a slash. */
function splitPath(path: string): { prefix: string; name: string } | undefined {
  if (Buffer.byteLength(path) <= 100) return { prefix: "", name: path };
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
    const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)];
    if (Buffer.byteLength(prefix) > 155) return undefined;
    if (name.length > 0 && Buffer.byteLength(name) <= 100) return { prefix, name };
  }
  return undefined;
}

/** `length key=value\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest;
  while (length !== rest + String(length).length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function ustar(header: Header, prefix: string): Buffer {
  const buffer = Buffer.alloc(block);
  const octal = (value: number, offset: number, length: number) =>
    buffer.write(value.toString(8).padStart(length - 1, "0") + "\0", offset, "ascii");
  buffer.write(header.path, 0, 100, "utf8");
  octal(header.mode, 100, 8);
  octal(header.uid, 108, 8);
  octal(header.uid, 116, 8);
  octal(header.size, 124, 12);
  octal(0, 136, 12);
  buffer.write(header.type, 156, "ascii");
  buffer.write(header.target ?? "", 157, 100, "utf8");
  buffer.write("ustar\0" + "00", 257, "ascii");
  buffer.write(prefix, 345, 155, "utf8");
  // The checksum counts its own field as spaces.
  buffer.fill(" ", 148, 156);
  const sum = buffer.reduce((total, byte) => total + byte, 0);
  buffer.write(sum.toString(8).padStart(6, "0") + "\0 ", 148, "ascii");
  return buffer;
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc(padding(content.length))]);
}

function padding(size: number): number {
  return (block - (size % block)) % block;
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
