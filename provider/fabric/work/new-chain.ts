/** A chain that takes the place of a former one of the same channel. */
import { blockDataHash } from "../../../ledger/fabric/genesis";
import { isKnown, type Loose } from "../../framework/property-value";

/** Whether `restart` became true. A value left in the program must not start a third chain later. */
export function isRestart(
  inputs: { restart?: Loose<boolean | undefined> },
  before: { restart?: boolean | undefined } | undefined,
): boolean {
  return inputs.restart === true && before?.restart !== true;
}

/** A channel as its founder published it. */
type FounderView = { genesisHash?: string | undefined } | undefined;

/** Whether the founder of a channel published another chain than this stack knows. */
export function isBegunAnew(
  { founderView }: { founderView?: Loose<FounderView> },
  { genesisBlock }: { genesisBlock: string },
): boolean {
  if (!isKnown<FounderView>(founderView)) return false;
  const { genesisHash } = founderView ?? {};
  return genesisHash !== undefined && genesisHash !== blockDataHash(genesisBlock);
}
