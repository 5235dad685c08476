/** Questions about validators, and votes, in the methods of each client. */
import { sortAddresses, type Address } from "../../../ledger/ethereum/address";
import { clientFacts, type Client } from "../../../ledger/ethereum/clients";
import type { Consensus } from "../../../ledger/ethereum/consensus";
import type { VoteMethods } from "../../../ledger/ethereum/clients/client-facts";
import type { JsonRpcNode } from "./json-rpc";

/** A vote in a block since the epoch began. */
interface SnapshotVote {
  /** Its validator, as Clique calls it. */
  signer?: string;
  /** Its validator, as QBFT calls it. */
  validator?: string;
  /** Whom it is about. */
  address: string;
  authorize: boolean;
}

/** Votes of a network's nodes. */
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

  /** Validators of the next block according to `node`, ascending. */
  async list(node: JsonRpcNode): Promise<Address[]> {
    return sortAddresses(await node.call<string[]>(this.methods.list, "latest"));
  }

  /** Validator that sealed a block, according to `node`; in lower case. */
  async sealer(node: JsonRpcNode, block: bigint): Promise<string> {
    const number = `0x${block.toString(16)}`;
    // Clique uses the miner field for votes, and has the signature in the extra data.
    if (this.consensus === "clique") return (await node.call<string>("clique_getSigner", number)).toLowerCase();
    return (await node.call<{ miner: string }>("eth_getBlockByNumber", number, false)).miner.toLowerCase();
  }

  /**
   * Validators whose votes on `address` count in the newest block, ascending; undefined where the client does not tell
   * votes of others.
   */
  async voters(node: JsonRpcNode, address: string, shallSeal: boolean): Promise<Address[] | undefined> {
    const { snapshot } = this.methods;
    if (snapshot === undefined) return undefined;
    const { votes } = await node.call<{ votes: SnapshotVote[] | null }>(snapshot, "latest");
    const cast = (votes ?? []).filter(
      (vote) => vote.authorize === shallSeal && vote.address.toLowerCase() === address.toLowerCase(),
    );
    return sortAddresses(cast.flatMap(({ signer, validator }) => signer ?? validator ?? []));
  }

  async propose(node: JsonRpcNode, address: string, shallSeal: boolean): Promise<void> {
    await node.call(this.methods.propose, address, shallSeal);
  }

  async discard(node: JsonRpcNode, address: string): Promise<void> {
    await node.call(this.methods.discard, address);
  }
}
