/** Steps of a channel's change as a preview tells them: what each changes, and whether the signatures suffice. */
import type { ConfigUpdateStep } from "../config-plan";
import type { SignerRule } from "../config-signers";
import { missingSigners } from "./signatures";
import { printable } from "./printable";

/** Organisations whose administrators sign a step. */
export interface StepSigners {
  /** MSP ids of this stack. */
  own: readonly string[];
  /** MSP ids of partners whose signatures over the step count. */
  partners: readonly string[];
}

export interface StepInWords {
  text: string;
  /** Whether the step waits for others. Steps after it wait, too. */
  waits: boolean;
}

type Step = Pick<ConfigUpdateStep, "description" | "requiredSigners" | "isAfterRestart">;

/** A step in one sentence, for example `batch timeout 2s -> 1s; this stack's signatures are enough`. */
export function stepInWords(
  { description, requiredSigners, isAfterRestart }: Step,
  { own, partners }: StepSigners,
): StepInWords {
  const before = isAfterRestart ? "restart each orderer that does not run BFT yet, one at a time, then " : "";
  const what = `${before}${printable(description)}`;
  const named = new Set(requiredSigners.flatMap(({ rule }) => signersIn(rule)));
  const theirs = partners.filter((mspId) => named.has(mspId) && !own.includes(mspId));
  const missing = missingSigners(requiredSigners, [...own, ...partners]);
  if (missing.length === 0) {
    const all = theirs.length === 0 ? "" : ` with those of ${theirs.join(", ")}`;
    return { text: `${what}; this stack's signatures${all} are enough`, waits: false };
  }
  const held = own.filter((mspId) => named.has(mspId)).join(", ") || "none of them";
  const signed = theirs.length === 0 ? "" : `; signed by ${theirs.join(", ")}`;
  return { text: `${what}; ${missing.join("; ")}; this stack holds ${held}${signed}`, waits: true };
}

/** MSP ids that a rule names. */
function signersIn(rule: SignerRule): string[] {
  return "mspId" in rule ? [rule.mspId] : rule.of.flatMap(signersIn);
}
