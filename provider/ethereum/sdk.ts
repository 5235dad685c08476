import type { InputsOf } from "../framework/declaration";
import { resourceClass } from "../framework/sdk";
import {
  account,
  chainPlace,
  chainStart,
  ethereumRollout,
  genesis,
  validatorSet,
  type partnerValidator,
  type pendingVote,
  type validatorNode,
} from "./declarations";

export type AccountInputs = InputsOf<typeof account>;
export type GenesisInputs = InputsOf<typeof genesis>;
export type ValidatorSetInputs = InputsOf<typeof validatorSet>;
export type EthereumRolloutInputs = InputsOf<typeof ethereumRollout>;

/** A validator, with the provider's way to it. */
export type ValidatorNode = (typeof validatorNode)["type"];

/** A validator of another stack, with its owner. */
export type PartnerValidator = (typeof partnerValidator)["type"];

/** A vote that waits for those of other stacks. */
export type PendingVote = (typeof pendingVote)["type"];

/** A key with its address and its enode. */
export class Account extends resourceClass(account) {}

/** First block and rules of a chain. */
export class Genesis extends resourceClass(genesis) {}

/** Set of validators of a chain. */
export class ValidatorSet extends resourceClass(validatorSet) {}

/** Validators whose pods are at the state of their StatefulSets. */
export class EthereumRollout extends resourceClass(ethereumRollout) {}

/** Place of a chain's volumes, which remembers what has begun in former places. */
export class ChainPlace extends resourceClass(chainPlace) {}

/** Whether a chain has begun. */
export class ChainStart extends resourceClass(chainStart) {}
