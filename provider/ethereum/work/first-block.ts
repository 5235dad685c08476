/** The beginning of a Clique chain: its signers must agree on block 1. */
import { parseExtraData } from "../../../ledger/ethereum/extra-data";
import { parseGenesis } from "../../../ledger/ethereum/genesis-text";
import { digitsOf } from "../../../ledger/ethereum/hex";
import { isRecord } from "../../../lib/values";
import { ProviderError } from "../../framework/errors";
import { NotYet, waitOptions, waitUntil } from "../../framework/wait";
import { dialOptions, type NodeContext } from "../../kubernetes/node-access";
import type { RolloutNode } from "../../kubernetes/sdk";
import type { ValidatorNode } from "../sdk";
import { NodeGroup, type RunningValidator } from "./node-group";

/** Milliseconds that a signer out of turn waits at most, for every two signers: `wiggleTime` in consensus/clique/clique.go of geth. */
const wiggleMs = 500;

/**
 * Milliseconds until a signer has others' blocks, on a slow machine too: with fewer than five peers geth asks for them ten
 * seconds after its start (`forceSyncCycle` in eth/sync.go).
 */
const syncMs = 15_000;

interface Block {
  number: string;
  hash: string;
  difficulty: string;
}

interface Head extends Omit<Block, "number"> {
  name: string;
  number: bigint;
}

/** Signers of a chain. */
export interface Signers {
  nodes: RolloutNode[];
  validators: ValidatorNode[];
  /** Hash of block 0. */
  genesisHash: string;
  /** Text of genesis.json. Undefined: nothing is looked at. */
  genesis?: string | undefined;
}

/**
 * Restarts signers of a new Clique chain that keep each other from the second block.
 *
 * geth discards blocks between its first connection and the start of its miner. Signers that start in the same instant
 * can therefore each seal a block 1 of their own, and no signer may seal two blocks in a row: the chain stands still. A
 * signer that connects anew hears of the block with the highest difficulty, follows it and seals the second one.
 *
 * Ends when there is a second block, or when the chain lacks it for another reason, which is not looked into here.
 *
 * @throws ProviderError when the signers stand apart again after as many restarts as there are signers
 */
export async function agreeOnFirstBlock(
  { nodes, validators, genesisHash, genesis }: Signers,
  context: NodeContext,
): Promise<void> {
  const period = genesis === undefined ? 0 : periodOf(genesis);
  // Without a period signers seal transactions alone, and a new chain has none.
  if (period === 0 || validators.length === 1 || !beginWith(genesis!, validators)) return;
  const turnMs = 2 * period * 1000 + wiggleMs * (validators.length / 2 + 1) + syncMs;
  await NodeGroup.use(validators, genesisHash, context, async (group, bounded) => {
    for (let restarts = 0; group.running.length === validators.length; restarts += 1) {
      const apart = await untilSecondBlock(group.running, turnMs, bounded);
      if (apart === undefined) return;
      const stray = lightest(apart);
      if (restarts === validators.length) {
        throw new ProviderError(
          `each validator has a first block of its own, also after ${restarts} restarts: ${inWords(apart)}`,
        );
      }
      const node = nodes.find(({ name }) => name === stray.name);
      if (node === undefined) return;
      context.log.info(`restarting ${stray.name}: each validator sealed a first block of its own (${inWords(apart)})`);
      await context.restarter.replace(node, dialOptions(bounded));
    }
  });
}

/** Whether the chain begins with all of these signers. Others join a chain that has blocks. */
function beginWith(genesis: string, validators: readonly ValidatorNode[]): boolean {
  const first = parseExtraData("clique", parseGenesis(genesis).extraData).validators.map(digitsOf);
  return validators.every(({ address }) => first.includes(digitsOf(address)));
}

/** Seconds between the blocks of a Clique chain; 0 for other chains. */
function periodOf(genesis: string): number {
  const { clique } = parseGenesis(genesis).config;
  return isRecord(clique) && typeof clique.period === "number" ? clique.period : 0;
}

/** Heads of signers that stood apart for `turnMs`; undefined with a second block, or when something else is missing. */
async function untilSecondBlock(
  signers: readonly RunningValidator[],
  turnMs: number,
  context: NodeContext,
): Promise<Head[] | undefined> {
  const began = context.now().getTime();
  const { found } = await waitUntil<{ found: Head[] | undefined }>(
    async () => {
      const heads = await Promise.all(signers.map(headOf));
      if (heads.some(({ number }) => number > 1n)) return { found: undefined };
      if (context.now().getTime() - began < turnMs) return new NotYet(inWords(heads));
      return { found: standApart(heads) ? heads : undefined };
    },
    waitOptions(context, "the second block of a new chain"),
  );
  return found;
}

async function headOf({ rpc }: RunningValidator): Promise<Head> {
  const { number, ...head } = await rpc.call<Block>("eth_getBlockByNumber", "latest", false);
  return { ...head, name: rpc.node.name, number: BigInt(number) };
}

function standApart(heads: readonly Head[]): boolean {
  return heads.every(({ number }) => number === 1n) && new Set(heads.map(({ hash }) => hash)).size === heads.length;
}

/** A signer whose block another one outweighs; blocks in turn have difficulty 2, others 1. */
function lightest(heads: readonly Head[]): Head {
  return heads.reduce((least, head) => (BigInt(head.difficulty) < BigInt(least.difficulty) ? head : least));
}

function inWords(heads: readonly Head[]): string {
  return heads.map(({ name, number, hash }) => `${name}: block ${number}, ${hash.slice(0, 10)}`).join("; ");
}
