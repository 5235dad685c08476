/** How each client is asked who seals blocks, and told what to vote. */
import { sortAddresses, type Address } from "../../ledger/ethereum/address";
import type { Client, Consensus } from "../../ledger/ethereum/client";
import type { JsonRpcNode } from "../clients/json-rpc";

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

  constructor(client: Client, consensus: Consensus) {
    this.methods = methodsOf(client, consensus);
  }

  /** Who may seal the next block, as `node` has it; ascending. */
  async list(node: JsonRpcNode): Promise<Address[]> {
    return sortAddresses(await node.call<string[]>(this.methods.list, "latest"));
  }

  async propose(node: JsonRpcNode, address: string, shallSeal: boolean): Promise<void> {
    await node.call(this.methods.propose, address, shallSeal);
  }

  async discard(node: JsonRpcNode, address: string): Promise<void> {
    await node.call(this.methods.discard, address);
  }
}
