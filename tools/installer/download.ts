import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, mkdir, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ask } from "../../lib/process";
import { fillIn, type Download, type Platform, type Tool } from "./tool";

/** Milliseconds until the first byte must arrive. Short, because a machine without a network has to build instead. */
const firstByteTimeout = 4_000;

/** Milliseconds without a byte after which a download is given up. */
const stallTimeout = 30_000;

/** A download that failed. The message gives the reason, in words for the user. */
export class DownloadError extends Error {
  /** @param unreachable whether there was no answer at all, so that other downloads of this run would fail, too */
  constructor(
    message: string,
    readonly unreachable: boolean,
  ) {
    super(message);
  }
}

/**
 * Fetches the official programs of a tool into a folder, executable. Checks each against upstream's checksum, if any.
 *
 * @throws DownloadError
 */
export async function downloadTool(tool: Tool, platform: Platform, folder: string): Promise<void> {
  for (const download of tool.downloads ?? []) {
    const fill = (text: string): string => fillIn(text, tool.version, platform);
    const url = fill(download.url);
    const file = join(folder, basename(url));
    const expected = await expectedChecksum(download.checksumUrl, url, fill);
    const sum = await fetchFile(url, file);
    if (expected !== undefined && sum !== expected) {
      throw new DownloadError(`${url} has the SHA-256 ${sum}, upstream publishes ${expected}`, false);
    }
    await takePrograms(download, file, folder);
  }
}

async function expectedChecksum(
  checksumUrl: string | undefined,
  url: string,
  fill: (text: string) => string,
): Promise<string | undefined> {
  if (checksumUrl === undefined) return undefined;
  const response = await request(fill(checksumUrl));
  const text = await response.text();
  const sum = findChecksum(text, basename(url));
  if (sum === undefined) throw new DownloadError(`${fill(checksumUrl)} has no SHA-256 for ${basename(url)}`, false);
  return sum;
}

/** Finds a file's SHA-256 in a checksum file: on the line with the file's name, or the only sum. */
export function findChecksum(text: string, file: string): string | undefined {
  const lines = text
    .split("\n")
    .map((line) => line.trim().split(/\s+\*?/))
    .filter(([sum]) => /^[0-9a-f]{64}$/.test(sum ?? ""));
  const named = lines.find(([, name]) => name !== undefined && basename(name) === file);
  return (named ?? (lines.length === 1 ? lines[0] : undefined))?.[0];
}

/** Fetches a URL into a file and resolves to its SHA-256. */
async function fetchFile(url: string, file: string): Promise<string> {
  const stall = new AbortController();
  const response = await request(url, stall.signal);
  if (!response.body) throw new DownloadError(`${url} answered with nothing`, false);
  const hash = createHash("sha256");
  let timer = setTimeout(() => stall.abort(), stallTimeout);
  const watch = new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      clearTimeout(timer);
      timer = setTimeout(() => stall.abort(), stallTimeout);
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    await pipeline(Readable.fromWeb(response.body), watch, createWriteStream(file));
  } catch (error) {
    throw new DownloadError(`${url} broke off: ${reason(error)}`, false);
  } finally {
    clearTimeout(timer);
  }
  return hash.digest("hex");
}

async function request(url: string, stall?: AbortSignal): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer in ${firstByteTimeout / 1000} s`)), firstByteTimeout);
  try {
    const signal = stall ? AbortSignal.any([late.signal, stall]) : late.signal;
    const response = await fetch(url, { signal });
    if (!response.ok) {
      throw new DownloadError(`${url} answered ${response.status} ${response.statusText}`.trim(), false);
    }
    return response;
  } catch (error) {
    if (error instanceof DownloadError) throw error;
    throw new DownloadError(`${new URL(url).host} is not reachable (${reason(error)})`, true);
  } finally {
    clearTimeout(timer);
  }
}

/** The innermost reason: fetch wraps errors of the network in a "fetch failed". */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : reason(error.cause);
}

async function takePrograms(download: Download, file: string, folder: string): Promise<void> {
  if (download.archive) {
    const unpacked = `${file}.unpacked`;
    await mkdir(unpacked);
    const paths = Object.keys(download.archive);
    const result = ask("tar", ["-xzf", file, "-C", unpacked, ...paths]);
    if (result.code !== 0) throw new DownloadError(`${basename(file)} does not unpack: ${result.output.trim()}`, false);
    for (const [path, program] of Object.entries(download.archive)) {
      await rename(join(unpacked, path), join(folder, program));
      await chmod(join(folder, program), 0o755);
    }
  } else if (download.program !== undefined) {
    if (basename(file) !== download.program) await rename(file, join(folder, download.program));
    await chmod(join(folder, download.program), 0o755);
  }
}
