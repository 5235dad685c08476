/** Reachable validators of a network: the running ones and their progress. */
import { JsonRpcNode } from "../clients/json-rpc";
import { NotYet, waitOptions, waitUntil } from "../../framework/wait";
import { ProviderError } from "../../framework/errors";
import { withinTime } from "../../framework/time-limit";
import { dialOptions, type NodeContext } from "../../kubernetes/node-access";
import type { ValidatorNode } from "../sdk";

/** Silence after which a node that should run counts as down, in milliseconds: longer than a restart takes. */
const SILENCE_MS = 20_000;

/** Blocks that a node in step may be behind the others, which go on while it is asked. */
const IN_STEP_BLOCKS = 3n;

export interface RunningValidator {
  address: string;
  rpc: JsonRpcNode;
}

export class NodeGroup {
  private constructor(
    /** Nodes that answered, in the given order. */
    readonly running: readonly RunningValidator[],
    private readonly context: NodeContext,
  ) {}

  /**
   * Asks every node for its first block and runs `work` with the nodes that answered.
   *
   * @throws ProviderError when a node has another chain
   */
  static async use<T>(
    nodes: readonly ValidatorNode[],
    genesisHash: string,
    context: NodeContext,
    work: (group: NodeGroup) => Promise<T>,
  ): Promise<T> {
    const opened: JsonRpcNode[] = [];
    try {
      const answers = await withinTime(SILENCE_MS, context.signal, (signal) =>
        Promise.all(nodes.map((node) => reach(node, genesisHash, { ...context, signal }, opened))),
      );
      context.signal.throwIfAborted();
      for (const node of opened) node.useOptions(dialOptions(context));
      return await work(
        new NodeGroup(
          answers.filter((answer) => answer !== undefined),
          context,
        ),
      );
    } finally {
      await Promise.all(opened.map((node) => node.close()));
    }
  }

  find(address: string): RunningValidator | undefined {
    return this.running.find((validator) => validator.address === address);
  }

  /** Waits until the nodes with these addresses have the others' blocks. */
  async waitInStep(addresses: readonly string[]): Promise<void> {
    const waiting = this.running.filter(({ address }) => addresses.includes(address));
    await Promise.all(
      waiting.map(({ rpc }) =>
        waitUntil<true>(
          async () => {
            const [own, head] = [await heightOf(rpc), await this.head()];
            return own + IN_STEP_BLOCKS >= head ? true : new NotYet(`block ${own} of ${head}`, own);
          },
          waitOptions(this.context, `${rpc.node.name} to catch up`),
        ),
      ),
    );
  }

  private async head(): Promise<bigint> {
    const heights = await Promise.all(this.running.map(({ rpc }) => heightOf(rpc)));
    return heights.reduce((highest, height) => (height > highest ? height : highest), 0n);
  }
}

/** Number of the newest block of a node. */
export async function heightOf(rpc: JsonRpcNode): Promise<bigint> {
  return BigInt(await rpc.call<string>("eth_blockNumber"));
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
  try {
    rpc = await JsonRpcNode.open(node, context.dialer, options);
    opened.push(rpc);
    first = await rpc.call<{ hash: string }>("eth_getBlockByNumber", "0x0", false);
  } catch (error) {
    if (!context.signal.aborted) throw error;
    return undefined;
  }
  if (first.hash !== genesisHash) {
    throw new ProviderError(
      `node ${node.name} begins with block ${first.hash}, this chain with ${genesisHash}; give the node an empty volume`,
    );
  }
  return { address: node.address, rpc };
}
