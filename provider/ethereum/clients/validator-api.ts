/** How each client is asked who seals blocks, and told what to vote. */
import { sortAddresses, type Address } from "../../../ledger/ethereum/address";
import { clientFacts, type Client } from "../../../ledger/ethereum/clients";
import type { Consensus } from "../../../ledger/ethereum/consensus";
import type { VoteMethods } from "../../../ledger/ethereum/clients/client-facts";
import type { JsonRpcNode } from "./json-rpc";

/** The votes of one network's nodes. */
export class ValidatorApi {
  private readonly methods: VoteMethods;

  constructor(
    client: Client,
    private readonly consensus: Consensus,
  ) {
    const { title, votes } = clientFacts[client];
    const methods = votes[consensus];
    if (methods === undefined) throw new Error(`${title} seals no blocks by ${consensus}`);
    this.methods = methods;
  }

  /** Who may seal the next block, as `node` has it; ascending. */
  async list(node: JsonRpcNode): Promise<Address[]> {
    return sortAddresses(await node.call<string[]>(this.methods.list, "latest"));
  }

  /** Who sealed a block, as `node` has it; in lower case. */
  async sealer(node: JsonRpcNode, block: bigint): Promise<string> {
    const number = `0x${block.toString(16)}`;
    // Clique leaves the field of the miner to votes, and signs in the extra data.
    if (this.consensus === "clique") return (await node.call<string>("clique_getSigner", number)).toLowerCase();
    return (await node.call<{ miner: string }>("eth_getBlockByNumber", number, false)).miner.toLowerCase();
  }

  async propose(node: JsonRpcNode, address: string, shallSeal: boolean): Promise<void> {
    await node.call(this.methods.propose, address, shallSeal);
  }

  async discard(node: JsonRpcNode, address: string): Promise<void> {
    await node.call(this.methods.discard, address);
  }
}
