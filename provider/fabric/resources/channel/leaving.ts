/** Orderers that leave a channel in which this stack has no part any more. */
import { Session } from "../../clients/session";
import { leaveUnlessConsenting } from "../../work/joining-orderers";
import type { NodeContext } from "../../../kubernetes/node-access";
import type { OrdererAddress } from "../../sdk";
import { open, presentOrderers } from "./access";
import { noneAsUndefined } from "./own-orderers";
import type { Inputs } from "./types";

/** Makes orderers leave a channel that this stack left. Returns those that stay, since they vote; undefined for none. */
export async function leaveByOwnWord(
  inputs: Inputs,
  former: readonly OrdererAddress[],
  context: NodeContext,
): Promise<OrdererAddress[] | undefined> {
  if (former.length === 0) return undefined;
  const staying = await Session.run(context, async (session) =>
    leaveUnlessConsenting(open(session, inputs, await presentOrderers(former, context))),
  );
  return noneAsUndefined(staying);
}
