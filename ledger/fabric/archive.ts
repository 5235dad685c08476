/**
 * Archives whose bytes depend on the content alone, on every machine and with every version of Node. Times, owners
 * and modes are constants, and gzip stores instead of compressing, since the output of a compressor may change.
 * Formats: POSIX.1-1988 ustar, RFC 1952 (gzip), RFC 1951 section 3.2.4 (stored blocks).
 */
import { crc32 } from "node:zlib";
import { endOfArchive, padded, tarHeader } from "../../lib/tar";

const tarMode = 0o100644;
/** Magic, deflate, no flags, no time, no extra flags, unknown operating system. */
const gzipHeader = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
const maxStoredBlock = 0xffff;

/** A ustar archive of regular files, in the order of the paths. */
export function tarFiles(files: Record<string, string | Uint8Array>): Uint8Array {
  const entries = Object.keys(files)
    .sort()
    .flatMap((path) => {
      const content = Buffer.from(files[path] ?? "");
      return [tarHeader({ path, size: content.length, mode: tarMode, uid: 0, type: "0" }), padded(content)];
    });
  return Buffer.concat([...entries, endOfArchive]);
}

/** A gzip file that holds `content` uncompressed. */
export function gzipStored(content: Uint8Array): Uint8Array {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length % 2 ** 32, 4);
  return Buffer.concat([gzipHeader, ...storedBlocks(content), trailer]);
}

function storedBlocks(content: Uint8Array): Uint8Array[] {
  const count = Math.max(1, Math.ceil(content.length / maxStoredBlock));
  return Array.from({ length: count }, (_, index) => {
    const part = content.subarray(index * maxStoredBlock, (index + 1) * maxStoredBlock);
    const header = Buffer.alloc(5);
    header.writeUInt8(index === count - 1 ? 1 : 0, 0);
    header.writeUInt16LE(part.length, 1);
    header.writeUInt16LE(~part.length & 0xffff, 3);
    return Buffer.concat([header, part]);
  });
}
