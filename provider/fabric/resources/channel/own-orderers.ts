/** Whose orderers a channel has: this stack's, by its inputs and its state, and those of others. */
import type { ChannelConfig } from "../../../../ledger/fabric/channel-config";
import { ownersOf } from "../../../../ledger/fabric/config-update";
import { peerMembers } from "../../work/channel-members";
import { joiningOf } from "../../work/joining-orderers";
import type { OrdererAddress } from "../../sdk";
import type { Before, Inputs, Joining, State } from "./types";

/** Orderers that join a channel of others, and those of a founder that come back to one in which others alone vote. */
export function awaited(inputs: Inputs, { joined }: State): OrdererAddress[] {
  return [...joiningOf(inputs), ...(joined === undefined ? [] : inputs.orderers)];
}

/** Orderers that had the channel or were to have it, and are to have it no more. */
export function formerOf(
  inputs: Inputs,
  { released = [] }: State,
  next: Pick<Inputs, "orderers" | "joiningOrderers">,
): OrdererAddress[] {
  const staying = new Set([...next.orderers, ...joiningOf(next)].map(({ name }) => name));
  const all = [...inputs.orderers, ...joiningOf(inputs), ...released].map(
    (orderer) => [orderer.name, orderer] as const,
  );
  return [...new Map(all).values()].filter(({ name }) => !staying.has(name));
}

/** Orderers that join a channel of others, by the inputs. */
export function joiningHere(inputs: Inputs, { inputs: former, state }: Pick<Before, "inputs" | "state">): Joining {
  const joined = state?.joined ?? [];
  return { orderers: joiningOf(inputs), held: joiningOf(former).filter(({ name }) => joined.includes(name)) };
}

/** Orderers of a channel that this stack founded, and in which none of them votes any more. */
export function returning(orderers: OrdererAddress[]): Joining {
  return { orderers, held: orderers };
}

/** Whether organisations of other stacks are in the channel, as far as this stack knows, or wished in it. */
export function hasOthers({ config, administrators }: Inputs, { members = [] }: State): boolean {
  const own = administrators.map(({ mspId }) => mspId);
  const ordering = config.ordererOrganizations.map(({ msp }) => msp.mspId);
  return [...members, ...peerMembers(config), ...ordering].some((mspId) => !own.includes(mspId));
}

/**
 * MSP ids of others that have orderers in the channel.
 *
 * @param known the channel as far as this stack knows it. Undefined: not at all
 */
export function othersIn(known: ChannelConfig | undefined, { orderers }: Inputs): string[] {
  const own = orderers.map(({ mspId }) => mspId);
  const owners = known?.consenters.flatMap((consenter) => ownersOf(consenter, known)) ?? [];
  return [...new Set(owners)].filter((mspId) => !own.includes(mspId));
}

/** A list as an output, which leaves out an empty one. */
export function noneAsUndefined<T>(items: T[]): T[] | undefined {
  return items.length === 0 ? undefined : items;
}
