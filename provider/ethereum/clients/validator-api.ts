/** How each client is asked who seals blocks, and told what to vote. */
import { sortAddresses, type Address } from "../../../ledger/ethereum/address";
import type { Client, Consensus } from "../../../ledger/ethereum/client";
import type { JsonRpcNode } from "./json-rpc";

interface Methods {
  list: string;
  /** Parameters: address, true to add or false to remove. */
  propose: string;
  /** Takes a vote back; it would be cast again after every epoch. */
  discard: string;
}

const besu = (group: string): Methods => ({
  list: `${group}_getValidatorsByBlockNumber`,
  propose: `${group}_proposeValidatorVote`,
  discard: `${group}_discardValidatorVote`,
});

function methodsOf(client: Client, consensus: Consensus): Methods {
  switch (client) {
    case "besu":
      return besu(consensus === "ibft2" ? "ibft" : "qbft");
    case "goquorum":
      return { list: "istanbul_getValidators", propose: "istanbul_propose", discard: "istanbul_discard" };
    case "geth":
      return { list: "clique_getSigners", propose: "clique_propose", discard: "clique_discard" };
  }
}

/** The votes of one network's nodes. */
export class ValidatorApi {
  private readonly methods: Methods;

  constructor(
    client: Client,
    private readonly consensus: Consensus,
  ) {
    this.methods = methodsOf(client, consensus);
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
