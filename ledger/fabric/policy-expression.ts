import { show } from "../../lib/problem";

/** Roles a principal may name. */
export type PolicyRole = "member" | "admin" | "client" | "peer" | "orderer";

/** A parsed signature policy: a principal, or `n` of several rules. */
export type PolicyExpression =
  { kind: "principal"; mspId: string; role: PolicyRole } | { kind: "outOf"; n: number; rules: PolicyExpression[] };

/** A signature policy that does not follow the language. */
export class PolicySyntaxError extends Error {
  /** The mistake and its place, without the policy. */
  readonly reason: string;

  /**
   * @param text the whole policy
   * @param position of the mistake, counted from 1
   * @param found what was found there and what may stand there
   */
  constructor(
    readonly text: string,
    readonly position: number,
    found: string,
  ) {
    const reason = `character ${position}: ${found}`;
    super(`policy ${show(text)}, ${reason}`);
    this.reason = reason;
    this.name = "PolicySyntaxError";
  }
}

interface Token {
  kind: "name" | "string" | "number" | "punctuation" | "end";
  text: string;
  /** Index in the text, from 0. */
  start: number;
}

/** Words, quoted strings, numbers, punctuation; anything else is a single wrong character. */
const tokenForm = /\s*(?:([A-Za-z][A-Za-z0-9_.-]*)|'([^'"]*)'|"([^'"]*)"|(\d+(?:\.\d+)?)|([(),]))/y;
/** The MSP id characters that Fabric's parser reads, then one of its five roles. */
const principalForm = /^([A-Za-z0-9.-]+)\.(admin|member|client|peer|orderer)$/;
const gates = {
  AND: "AND",
  And: "AND",
  and: "AND",
  OR: "OR",
  Or: "OR",
  or: "OR",
  OutOf: "OutOf",
  outof: "OutOf",
  OUTOF: "OutOf",
} as const;
const gateNames = "AND, OR or OutOf";
const principalInWords = "'<MSP id>.<role>' with role member, admin, client, peer or orderer";
/** Deep enough for any policy people write; keeps a hostile text from exhausting the stack. */
const maxDepth = 100;

/**
 * Reads a signature policy.
 *
 * @throws PolicySyntaxError at the first mistake.
 */
export function parsePolicyExpression(text: string): PolicyExpression {
  const tokens = new TokenReader(text);
  const first = tokens.peek();
  if (first.kind !== "name") throw tokens.unexpected(first, `a policy starts with ${gateNames}`);
  const expression = parseGate(tokens, 1);
  tokens.expectEnd();
  return expression;
}

function parseRule(tokens: TokenReader, depth: number): PolicyExpression {
  const token = tokens.peek();
  if (token.kind === "name") return parseGate(tokens, depth);
  if (token.kind !== "string") throw tokens.unexpected(token, `expected ${gateNames}, or ${principalInWords}`);
  tokens.next();
  const match = principalForm.exec(token.text);
  if (match === null) throw tokens.error(token, `'${token.text}' is not ${principalInWords}`);
  return { kind: "principal", mspId: match[1] ?? "", role: match[2] as PolicyRole };
}

function parseGate(tokens: TokenReader, depth: number): PolicyExpression {
  const name = tokens.next();
  if (!Object.hasOwn(gates, name.text)) {
    throw tokens.error(name, `${show(name.text)} is unknown; expected ${gateNames}${quotesHint(name.text)}`);
  }
  if (depth > maxDepth) throw tokens.error(name, `nested deeper than ${maxDepth} levels`);
  const gate = gates[name.text as keyof typeof gates];
  tokens.expect("(");
  const count = gate === "OutOf" ? parseCount(tokens) : undefined;
  const rules = [parseRule(tokens, depth + 1)];
  while (tokens.takeIf(",")) {
    rules.push(parseRule(tokens, depth + 1));
  }
  tokens.expect(")", ", or )");
  return { kind: "outOf", n: resolveCount(tokens, gate, count, rules.length), rules };
}

function parseCount(tokens: TokenReader): Token {
  const token = tokens.next();
  if (token.kind !== "number") {
    throw tokens.unexpected(token, "OutOf starts with a number: how many of the rules after it must be met");
  }
  tokens.expect(",");
  return token;
}

function resolveCount(tokens: TokenReader, gate: string, count: Token | undefined, rules: number): number {
  if (count === undefined) return gate === "AND" ? rules : 1;
  const n = Number(count.text);
  // Fabric also takes 0 (met by nobody's signature) and one more than there are rules (met by nobody).
  if (!Number.isInteger(n) || n < 1 || n > rules) {
    throw tokens.error(count, `OutOf wants ${count.text} of ${rules}; expected 1 to ${rules}`);
  }
  return n;
}

function quotesHint(name: string): string {
  return principalForm.test(name) ? `; a principal stands in quotes: '${name}'` : "";
}

class TokenReader {
  private position = 0;

  constructor(private readonly text: string) {}

  peek(): Token {
    const before = this.position;
    const token = this.next();
    this.position = before;
    return token;
  }

  next(): Token {
    tokenForm.lastIndex = this.position;
    const match = tokenForm.exec(this.text);
    if (match === null) return this.endOrFail();
    this.position = tokenForm.lastIndex;
    const start = this.position - match[0].trimStart().length;
    const [, name, single, double, number, punctuation] = match;
    if (name !== undefined) return { kind: "name", text: name, start };
    if (number !== undefined) return { kind: "number", text: number, start };
    return punctuation === undefined
      ? { kind: "string", text: single ?? double ?? "", start }
      : { kind: "punctuation", text: punctuation, start };
  }

  takeIf(punctuation: string): boolean {
    const token = this.peek();
    if (token.kind === "punctuation" && token.text === punctuation) {
      this.next();
      return true;
    }
    return false;
  }

  expect(punctuation: string, allowed = punctuation): void {
    const token = this.peek();
    if (!this.takeIf(punctuation)) throw this.unexpected(token, `expected ${allowed}`);
  }

  expectEnd(): void {
    const token = this.peek();
    if (token.kind !== "end") throw this.unexpected(token, "the policy ended before it");
  }

  unexpected(token: Token, allowed: string): PolicySyntaxError {
    return this.error(token, `found ${token.kind === "end" ? "the end" : show(token.text)}; ${allowed}`);
  }

  error(token: Token, message: string): PolicySyntaxError {
    return new PolicySyntaxError(this.text, token.start + 1, message);
  }

  private endOrFail(): Token {
    const rest = this.text.slice(this.position);
    const start = this.position + rest.length - rest.trimStart().length;
    const wrong = rest.trimStart().charAt(0);
    if (wrong === "") return { kind: "end", text: "", start };
    const isQuote = wrong === "'" || wrong === '"';
    throw new PolicySyntaxError(
      this.text,
      start + 1,
      isQuote ? `the quote ${wrong} is never closed` : `${show(wrong)} has no meaning here`,
    );
  }
}
