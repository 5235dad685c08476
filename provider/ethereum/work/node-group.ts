/** Reachable validators of a network: the running ones and their progress. */
import { JsonRpcNode } from "../clients/json-rpc";
import { NotYet, waitOptions, waitUntil } from "../../framework/wait";
import { ProviderError } from "../../framework/errors";
import { whileProgressing, withinTime } from "../../framework/time-limit";
import { dialOptions, type NodeContext } from "../../kubernetes/node-access";
import { blockPatience, headOf, heightOf, standstillMs } from "./chain-head";
import type { ChainHead } from "../../../ledger/ethereum/genesis-change";
import type { ValidatorNode } from "../sdk";

/** Silence after which a node that should run counts as down, in milliseconds: longer than a restart takes. */
const silenceMs = 20_000;

/** Blocks that a node in step may be behind the others, which go on while it is asked. */
const inStepBlocks = 3n;

export interface RunningValidator {
  address: string;
  rpc: JsonRpcNode;
  /** Milliseconds without a block after which the chain stands still for it. */
  patience: number;
}

interface NodeHeight {
  address: string;
  name: string;
  height: bigint;
}

export class NodeGroup {
  private constructor(
    /** Nodes that answered, in the given order. */
    readonly running: readonly RunningValidator[],
    private readonly context: NodeContext,
  ) {}

  /**
   * Asks every node for its first block and runs `work` with the nodes that answered. The context of `work`, and with it
   * each call to a node, ends when nothing has come nearer for longer than the chain's blocks take.
   *
   * @throws ProviderError when a node has another chain
   */
  static async use<T>(
    nodes: readonly ValidatorNode[],
    genesisHash: string,
    context: NodeContext,
    work: (group: NodeGroup, context: NodeContext) => Promise<T>,
  ): Promise<T> {
    const opened: JsonRpcNode[] = [];
    try {
      const answers = await withinTime(silenceMs, context.signal, (signal) =>
        Promise.all(nodes.map((node) => reach(node, genesisHash, { ...context, signal }, opened))),
      );
      context.signal.throwIfAborted();
      const running = answers.filter((answer) => answer !== undefined);
      const limit = Math.max(...running.map(({ patience }) => patience), standstillMs);
      return await whileProgressing(limit, context.signal, (signal, onProgress) => {
        const progress = (): void => {
          onProgress();
          context.progress();
        };
        const bounded = { ...context, signal, progress };
        for (const node of opened) node.useOptions(dialOptions(bounded));
        return work(new NodeGroup(running, bounded), bounded);
      });
    } finally {
      await Promise.all(opened.map((node) => node.close()));
    }
  }

  find(address: string): RunningValidator | undefined {
    return this.running.find((validator) => validator.address === address);
  }

  /** Waits until the nodes with these addresses have the others' blocks. */
  async waitInStep(addresses: readonly string[]): Promise<void> {
    await waitUntil<true>(
      async () => {
        const { newest, waiting, behind } = await this.lookAt(addresses);
        if (behind.length === 0) return true;
        const answer = behind.map(({ name, height }) => `${name}: block ${height} of ${newest}`).join(", ");
        return new NotYet(
          answer,
          waiting.reduce((sum, { height }) => sum + height, 0n),
        );
      },
      waitOptions(this.context, "new validators to catch up"),
    );
  }

  /** Number of blocks that the nodes with these addresses lack and others have. Those in step lack none. */
  async lacking(addresses: readonly string[]): Promise<bigint> {
    const { newest, behind } = await this.lookAt(addresses);
    return behind.reduce((sum, { height }) => sum + newest - height, 0n);
  }

  /** The node with the newest block; undefined when none runs. What one shows that still fetches is long past. */
  async foremost(): Promise<RunningValidator | undefined> {
    const heights = await this.heights();
    const newest = newestOf(heights);
    return this.running[heights.findIndex(({ height }) => height === newest)];
  }

  /** Nodes with these addresses, those of them that lack blocks which others have, and the newest block of all. */
  private async lookAt(
    addresses: readonly string[],
  ): Promise<{ newest: bigint; waiting: NodeHeight[]; behind: NodeHeight[] }> {
    const heights = await this.heights();
    const newest = newestOf(heights);
    const waiting = heights.filter(({ address }) => addresses.includes(address));
    return { newest, waiting, behind: waiting.filter(({ height }) => height + inStepBlocks < newest) };
  }

  private heights(): Promise<NodeHeight[]> {
    return Promise.all(
      this.running.map(async ({ address, rpc }) => ({ address, name: rpc.node.name, height: await heightOf(rpc) })),
    );
  }

  /** Waits until the nodes get the blocks of a chain that others seal: until each has a further one, and none to fetch. */
  async waitFollowing(): Promise<void> {
    const began = await Promise.all(this.running.map(({ rpc }) => heightOf(rpc)));
    await waitUntil<true>(
      async () => {
        const states = await Promise.all(
          this.running.map(async ({ rpc }, index) => {
            const height = await heightOf(rpc);
            const isFollowing = height > began[index]! && (await rpc.call<unknown>("eth_syncing")) === false;
            return { name: rpc.node.name, height, isFollowing };
          }),
        );
        if (states.every(({ isFollowing }) => isFollowing)) return true;
        return new NotYet(
          states.map(({ name, height }) => `${name}: block ${height}`).join(", "),
          states.reduce((sum, { height }) => sum + height, 0n),
        );
      },
      waitOptions(
        this.context,
        "further blocks of the joined chain, whose nodes have to be reached, and to admit these",
      ),
    );
  }

  /** The newest block that any of them has; undefined when none runs. */
  async newest(): Promise<ChainHead | undefined> {
    const first = await this.foremost();
    return first && headOf(first.rpc);
  }
}

function newestOf(heights: readonly NodeHeight[]): bigint {
  return heights.reduce((highest, { height }) => (height > highest ? height : highest), 0n);
}

async function reach(
  node: ValidatorNode,
  genesisHash: string,
  context: NodeContext,
  opened: JsonRpcNode[],
): Promise<RunningValidator | undefined> {
  const options = dialOptions(context);
  let first: { hash: string };
  let rpc: JsonRpcNode;
  let patience: number;
  try {
    rpc = await JsonRpcNode.open(node, context.dialer, options);
    opened.push(rpc);
    first = await rpc.call<{ hash: string }>("eth_getBlockByNumber", "0x0", false);
    patience = await blockPatience(rpc);
  } catch (error) {
    if (!context.signal.aborted) throw error;
    return undefined;
  }
  if (first.hash !== genesisHash) {
    throw new ProviderError(
      `node ${node.name} begins with block ${first.hash}, this chain with ${genesisHash}; give the node an empty volume`,
    );
  }
  return { address: node.address, rpc, patience };
}
