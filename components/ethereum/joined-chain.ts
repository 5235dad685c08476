import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { JoinConfig } from "../../config";
import { clientFacts, clientNames, type Client } from "../../ledger/ethereum/clients";
import type { ClientFacts } from "../../ledger/ethereum/clients/client-facts";
import { messageOf } from "../../lib/errors";

/** Outputs of a network for stacks that join it; part of {@link EthereumOutputs}. */
const schema = z.object({
  /** Client of its nodes. Outputs of earlier releases have it, too. */
  client: z.string().optional(),
  chainId: z.number(),
  freeGas: z.boolean(),
  /** Text of genesis.json. */
  genesis: z.string(),
  /** Enode URLs of nodes to stay connected with. */
  enodes: z.array(z.string()).min(1, { error: "names no node to connect to" }),
});

export type JoinedChain = z.infer<typeof schema>;

const path = "network.ethereum.join";

/**
 * Chain of another stack: from its outputs, or from a file with them.
 *
 * @param client Client of the joining nodes.
 * @throws {pulumi.RunError} when they are not outputs of an Ethereum network
 */
export function joinedChain(join: JoinConfig, client: Client, parent: pulumi.Resource): pulumi.Output<JoinedChain> {
  if (join.file !== undefined) {
    return pulumi.output(connectable(parse(readJson(join.file), `${path}.file`, join.file), client));
  }
  const name = join.stack!;
  const stack = new pulumi.StackReference(name, { name }, { parent });
  // One secret output makes all outputs secret. The values taken here are known to every node, so they need no secrecy.
  return pulumi
    .unsecret(stack.getOutput("ethereum"))
    .apply((outputs: unknown) => connectable(parse(outputs, `${path}.stack`, name), client));
}

/** Refuses pairs of clients that read each other's genesis.json without a common version of the protocol eth. */
function connectable(chain: JoinedChain, client: Client): JoinedChain {
  const other = clientNames.find((name) => name === chain.client);
  if (other === undefined) return chain;
  const [own, theirs] = [clientFacts[client], clientFacts[other]];
  if (own.peers.eth[0] <= theirs.peers.eth[1] && theirs.peers.eth[0] <= own.peers.eth[1]) return chain;
  const versions = ({ title, peers }: ClientFacts) => `${title} speaks eth/${peers.eth.join(" to eth/")}`;
  throw new pulumi.RunError(
    `network.ethereum.client: given "${client}" for a network of "${other}"; must be "${other}", ` +
      `because ${versions(own)} and ${versions(theirs)}: their nodes never connect`,
  );
}

function parse(outputs: unknown, key: string, given: string): JoinedChain {
  const parsed = schema.safeParse(outputs);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => [issue.path.join("."), issue.message].filter(Boolean).join(": "));
  throw new pulumi.RunError(
    `${key}: given ${JSON.stringify(given)}, which holds no Ethereum network (${problems.join("; ")}); must be ` +
      'a stack with one that has run, or what "pulumi stack output ethereum --json" printed there',
  );
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const reason = messageOf(error);
    throw new pulumi.RunError(
      `${path}.file: given ${JSON.stringify(file)}, which cannot be read (${reason}); must be a JSON file, relative to the project`,
    );
  }
}
