/** The public part of a company, on its way to the others. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Outputs of a stack with `partners` in its file. */
export interface PublicOutputs {
  /** Text of the exchange document. */
  exchange: string;
  /** Fingerprint of the certificate authorities in it. */
  exchangeFingerprint: string;
}

/** Entry of `partners` in a stack file. */
export interface PartnerEntry {
  name: string;
  from: { file: string };
  fingerprint: string;
  cidrs: string[];
  ports?: number[];
}

/**
 * Hands a company's public part to another one, as a file.
 *
 * @param path of the file, absolute or relative to the project
 * @returns the company as a partner in the stack file of the other one
 */
export function handOver(
  { exchange, exchangeFingerprint: fingerprint }: PublicOutputs,
  { name, path, ...networks }: { name: string; path: string; cidrs: string[]; ports?: number[] },
): PartnerEntry {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, exchange);
  return { name, from: { file: path }, fingerprint, ...networks };
}

/** A channel as its founder publishes it. */
interface PublishedChannel {
  name: string;
  /** Sequence of its config. */
  sequence: number;
  /** MSP ids of its members. */
  members: string[];
}

/** A channel in the public part of its founder. @throws Error when it is not there */
export function channelIn({ exchange }: Pick<PublicOutputs, "exchange">, name: string): PublishedChannel {
  const { channels } = JSON.parse(exchange) as { channels: PublishedChannel[] };
  const found = channels.find((channel) => channel.name === name);
  if (found === undefined) throw new Error(`the public part has no channel ${name}`);
  return found;
}

/** Digests of the open proposals in a company's public part. */
export function proposalsIn({ exchange }: Pick<PublicOutputs, "exchange">): string[] {
  const { proposals } = JSON.parse(exchange) as { proposals: { digest: string }[] };
  return proposals.map(({ digest }) => digest);
}
