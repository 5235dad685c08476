/** What the parts of the channel resource hand to one another. */
import type { ChannelConfig } from "../../../../ledger/fabric/channel-config";
import type { LiveConfig } from "../../work/channel-reader";
import type { CheckedInputs, OutputsOf } from "../../../framework/declaration";
import type { channel as declared } from "../../declarations";
import type { OrdererAddress } from "../../sdk";

/** Inputs of a channel, checked. */
export type Inputs = CheckedInputs<typeof declared>;

/** Outputs of a channel. */
export type State = OutputsOf<typeof declared>;

/** Result of an earlier run: orderers to remove, the previous inputs, and the state of the chain. */
export interface Before {
  former: OrdererAddress[];
  inputs?: Inputs;
  state?: State;
  /** Config that was brought into force. Undefined for a channel that this stack did not change before. */
  base?: ChannelConfig | undefined;
  /** Receives that config after each update. */
  onApplied?: (base: ChannelConfig, live: LiveConfig) => void;
}

/** Orderers of this stack that join a channel whose config peers tell. */
export interface Joining {
  orderers: OrdererAddress[];
  /** Those that the base may have. Others are new in it. */
  held: OrdererAddress[];
}
