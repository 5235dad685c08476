/** Genesis blocks as text: their certificates and policies resemble each other, so a block shrinks to a quarter. */
import { gunzipSync, gzipSync } from "node:zlib";

/** Largest block in bytes: the limit of a message between nodes of Fabric. */
const largestBlock = 100 * 1024 * 1024;

/** Base64 of the compressed block. @param block protobuf bytes of `common.Block` */
export function compressBlock(block: Uint8Array): string {
  return gzipSync(block, { level: 9 }).toString("base64");
}

/** Protobuf bytes of `common.Block`. @throws Error when the text is no compressed block, or a too large one */
export function expandBlock(text: string): Uint8Array {
  return gunzipSync(Buffer.from(text, "base64"), { maxOutputLength: largestBlock });
}
