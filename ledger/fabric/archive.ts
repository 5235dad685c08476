/**
 * Archives whose bytes depend on the content alone, on every machine and with every version of Node. Times, owners
 * and modes are constants, and gzip stores instead of compressing, since the output of a compressor may change.
 * Formats: POSIX.1-1988 ustar, RFC 1952 (gzip), RFC 1951 section 3.2.4 (stored blocks).
 */
import { crc32 } from "node:zlib";

const TAR_BLOCK = 512;
const TAR_MODE = 0o100644;
const TAR_REGULAR_FILE = "0";
/** ustar's name field. Longer paths would need the prefix field; no file here has one. */
const TAR_MAX_NAME = 100;
/** Magic, deflate, no flags, no time, no extra flags, unknown operating system. */
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
const MAX_STORED_BLOCK = 0xffff;

/**
 * A ustar archive of regular files, in the order of the paths.
 *
 * @throws RangeError when a path is longer than 100 bytes.
 */
export function tarFiles(files: Record<string, string | Uint8Array>): Uint8Array {
  const entries = Object.keys(files)
    .sort()
    .flatMap((path) => {
      const content = Buffer.from(files[path] ?? "");
      return [tarHeader(path, content.length), content, Buffer.alloc(padding(content.length))];
    });
  // Two empty blocks end an archive.
  return Buffer.concat([...entries, Buffer.alloc(2 * TAR_BLOCK)]);
}

/** A gzip file that holds `content` uncompressed. */
export function gzipStored(content: Uint8Array): Uint8Array {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length % 2 ** 32, 4);
  return Buffer.concat([GZIP_HEADER, ...storedBlocks(content), trailer]);
}

function storedBlocks(content: Uint8Array): Uint8Array[] {
  const count = Math.max(1, Math.ceil(content.length / MAX_STORED_BLOCK));
  return Array.from({ length: count }, (_, index) => {
    const part = content.subarray(index * MAX_STORED_BLOCK, (index + 1) * MAX_STORED_BLOCK);
    const header = Buffer.alloc(5);
    header.writeUInt8(index === count - 1 ? 1 : 0, 0);
    header.writeUInt16LE(part.length, 1);
    header.writeUInt16LE(~part.length & 0xffff, 3);
    return Buffer.concat([header, part]);
  });
}

function tarHeader(path: string, size: number): Uint8Array {
  if (Buffer.byteLength(path) > TAR_MAX_NAME) {
    throw new RangeError(`the path ${path} is longer than ${TAR_MAX_NAME} bytes`);
  }
  const header = Buffer.alloc(TAR_BLOCK);
  header.write(path, 0);
  header.write(octal(TAR_MODE, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(0, 12), 136);
  header.write(TAR_REGULAR_FILE, 156);
  header.write("ustar\u000000", 257);
  // The checksum counts its own field as blanks.
  header.fill(" ", 148, 156);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${octal(checksum, 7)}\u0000 `, 148);
  return header;
}

/** Octal digits that fill a field but for its final NUL. */
function octal(value: number, width: number): string {
  return value.toString(8).padStart(width - 1, "0");
}

function padding(size: number): number {
  return (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
}
