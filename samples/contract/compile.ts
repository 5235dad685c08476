/**
 * Compiles the sample contract: `node -r ts-node/register samples/contract/compile.ts` writes `value-store.json`.
 *
 * For Berlin, whose instructions every client of this project knows. The compiler's default needs Shanghai.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const artifactFile = join(__dirname, "value-store.json");

const source = "value-store.sol";
const contract = "ValueStore";

/** Data with which a client deploys and calls the contract. */
export interface ContractArtifact {
  compiler: string;
  evmVersion: string;
  /** JSON ABI: https://docs.soliditylang.org/en/latest/abi-spec.html#json */
  abi: object[];
  /** Code that deploys the contract, `0x...`. */
  bytecode: string;
}

/** The part of the compiler's standard output that is used. */
interface CompilerOutput {
  errors?: { severity: string; formattedMessage: string }[];
  contracts?: Record<string, Record<string, { abi: object[]; evm: { bytecode: { object: string } } }>>;
}

interface Compiler {
  version(): string;
  compile(input: string): string;
}

/** @throws Error with the compiler's own messages */
export async function compileContract(): Promise<ContractArtifact> {
  const compiler = (await import("solc")) as { default: Compiler };
  const evmVersion = "berlin";
  const input = {
    language: "Solidity",
    sources: { [source]: { content: readFileSync(join(__dirname, source), "utf8") } },
    settings: {
      evmVersion,
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
    },
  };
  const output = JSON.parse(compiler.default.compile(JSON.stringify(input))) as CompilerOutput;
  const made = output.contracts?.[source]?.[contract];
  if (made === undefined) throw new Error((output.errors ?? []).map((error) => error.formattedMessage).join("\n"));
  return {
    compiler: compiler.default.version(),
    evmVersion,
    abi: made.abi,
    bytecode: `0x${made.evm.bytecode.object}`,
  };
}

/** The artefact as text, equal bytes for equal sources. */
export function artifactText(artifact: ContractArtifact): string {
  return `${JSON.stringify(artifact, undefined, 2)}\n`;
}

if (require.main === module) {
  void compileContract().then((artifact) => writeFileSync(artifactFile, artifactText(artifact)));
}
