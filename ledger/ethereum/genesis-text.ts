/** genesis.json as text. Equal genesis data give equal bytes, whatever the order of the keys. */
import type { Genesis } from "./genesis-file";
import { sortKeys, type Json } from "./json";
import { problem, throwProblems, type Problem } from "../../lib/problem";
import { isRecord } from "../../lib/values";
import { messageOf } from "../../lib/errors";

/** Canonical text of a genesis: keys sorted at every depth, two blanks of indentation, a line break at the end. */
export function genesisText(genesis: Genesis): string {
  return `${JSON.stringify(sortKeys(genesis as unknown as Json), undefined, 2)}\n`;
}

const zeroAddress = `0x${"0".repeat(40)}`;
const zeroHash = `0x${"0".repeat(64)}`;

/**
 * A genesis from the text of an existing genesis.json. Missing fields get the clients' defaults.
 * `validateGenesis` checks whether a client would run it.
 *
 * @throws InputError when the text is no JSON object, or has a number that JSON readers round.
 */
export function parseGenesis(text: string, path = "genesis"): Genesis {
  const parsed = parseJson(text, path);
  throwProblems("invalid genesis", [...parsed.problems, ...unsafeNumbers(parsed.value, path)]);
  const fields = withoutNulls(parsed.value) as Partial<Genesis>;
  return {
    ...fields,
    config: fields.config ?? { chainId: 0 },
    nonce: asText(fields.nonce, "0x0"),
    timestamp: asText(fields.timestamp, "0x0"),
    gasLimit: asText(fields.gasLimit, ""),
    difficulty: asText(fields.difficulty, ""),
    mixHash: fields.mixHash ?? zeroHash,
    coinbase: fields.coinbase ?? zeroAddress,
    extraData: fields.extraData ?? "0x",
    alloc: fields.alloc ?? {},
  };
}

/** `geth dumpgenesis` writes null for absent fields. */
function withoutNulls(value: Json): Json {
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== null);
  return Object.fromEntries(entries.map(([key, part]) => [key, withoutNulls(part)]));
}

function asText(value: unknown, otherwise: string): string {
  return typeof value === "number" ? String(value) : ((value as string | undefined) ?? otherwise);
}

function parseJson(text: string, path: string): { value: Json; problems: Problem[] } {
  try {
    const value = JSON.parse(text) as Json;
    if (isRecord(value)) return { value, problems: [] };
    return {
      value,
      problems: [problem({ path, given: value, must: "be the text of genesis.json, a JSON object" })],
    };
  } catch (error) {
    const because = `it is no JSON (${messageOf(error)})`;
    return { value: null, problems: [problem({ path, must: "be the text of genesis.json", because })] };
  }
}

/** Numbers beyond 2^53 or with a fraction. JSON readers round them, which would change the hash of block 0. */
function unsafeNumbers(value: Json, path: string): Problem[] {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    return [problem({ path, given: value, must: 'be text, "0x..."', because: "the number is not exact in JSON" })];
  }
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, part]) => unsafeNumbers(part, `${path}.${key}`));
}
