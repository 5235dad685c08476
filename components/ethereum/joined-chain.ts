import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { JoinConfig } from "../../config";
import { clientFacts, clientNames, type Client } from "../../ledger/ethereum/clients";
import type { ClientFacts } from "../../ledger/ethereum/clients/client-facts";
import { consensusOf } from "../../ledger/ethereum/existing-genesis";
import { parseGenesis } from "../../ledger/ethereum/genesis-text";
import { decimal } from "../../ledger/ethereum/hex";
import type { ChainFacts } from "./context";
import { stackOutputs } from "./stack-outputs";

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

/**
 * Chain of another stack: from its outputs, or from a file with them.
 *
 * @param client Client of the joining nodes.
 * @throws {pulumi.RunError} when they are not outputs of an Ethereum network
 */
export function joinedChain(join: JoinConfig, client: Client, parent: pulumi.Resource): pulumi.Output<JoinedChain> {
  return stackOutputs(schema, join, "network.ethereum.join", parent).apply((chain) => connectable(chain, client));
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

/** Facts of a joined chain for nodes that seal it: gas price, gas limit and protocol are the chain's. */
export function joinedFacts(chain: ChainFacts, joined: pulumi.Output<JoinedChain>): ChainFacts {
  const genesis = joined.apply(({ genesis: text }) => parseGenesis(text, "network.ethereum.join: genesis"));
  return {
    ...chain,
    freeGas: joined.freeGas,
    gasLimit: genesis.apply(({ gasLimit }) => decimal(gasLimit)),
    consensus: genesis.apply((known) => consensusOf(known) ?? "qbft"),
  };
}
