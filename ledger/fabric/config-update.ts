/**
 * Changes of a live channel: differences, steps of the change, signers of each step, and the signed message.
 * https://hyperledger-fabric.readthedocs.io/en/latest/config_update.html
 */
export { describeChanges } from "./config-changes";
export { applyConfigUpdate, computeConfigUpdate } from "./config-diff";
export {
  configSignaturePayload,
  configUpdateEnvelope,
  signConfigUpdate,
  signedUpdateEnvelope,
  type ConfigSigner,
  type ConfigUpdateEnvelopeRequest,
} from "./config-envelope";
export {
  describeChangesElsewhere,
  mergeChannelConfig,
  wishInForce,
  withoutRemovedMembers,
  type ChannelSides,
} from "./config-merge";
export { ownersOf, wantedSigners } from "./consenter-owners";
export { planConfigUpdates, type ConfigUpdateStep } from "./config-plan";
export {
  describeSignerRule,
  isSatisfiedBy,
  requiredSigners,
  type RequiredSigners,
  type SignerRule,
} from "./config-signers";
