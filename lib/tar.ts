/**
 * Headers of tar archives in the POSIX "ustar" interchange format, with a pax header where a path is too long. Equal
 * headers give equal bytes: times and names of owners are constants.
 * Layout: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, "ustar Interchange Format".
 */

const block = 512;

/** Two empty blocks end an archive. */
export const endOfArchive = Buffer.alloc(2 * block);

/** Fields of one member of an archive. */
export interface TarHeader {
  path: string;
  size: number;
  mode: number;
  uid: number;
  /** `0` file, `2` symbolic link, `5` directory, `x` pax header of the next entry. */
  type: "0" | "2" | "5" | "x";
  target?: string;
}

/** The blocks before the content of a member. */
export function tarHeader(header: TarHeader): Buffer {
  const split = splitPath(header.path);
  const longTarget = Buffer.byteLength(header.target ?? "") > 100;
  if (split && !longTarget) return ustar({ ...header, path: split.name }, split.prefix);
  const records = paxRecord("path", header.path) + (header.target ? paxRecord("linkpath", header.target) : "");
  const pax: TarHeader = { path: "pax", size: Buffer.byteLength(records), mode: 0o644, uid: 0, type: "x" };
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

function ustar(header: TarHeader, prefix: string): Buffer {
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

/** Content padded to whole blocks. */
export function padded(content: Uint8Array): Buffer {
  return Buffer.concat([content, Buffer.alloc(padding(content.length))]);
}

/** Number of bytes from a size to the next whole block. */
export function padding(size: number): number {
  return (block - (size % block)) % block;
}
