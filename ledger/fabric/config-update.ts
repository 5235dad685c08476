/**
 * Changing a live channel: what differs, in which steps it can change, who must sign each of them, and the signed
 * message. https://hyperledger-fabric.readthedocs.io/en/latest/config_update.html
 */
export { describeChanges } from "./config-changes";
export { applyConfigUpdate, computeConfigUpdate } from "./config-diff";
export {
  configSignaturePayload,
  configUpdateEnvelope,
  signConfigUpdate,
  type ConfigSigner,
  type ConfigUpdateEnvelopeRequest,
} from "./config-envelope";
export { describeChangesElsewhere, mergeChannelConfig, withoutRemovedMembers, type ChannelSides } from "./config-merge";
export { planConfigUpdates, type ConfigUpdateStep } from "./config-plan";
export {
  describeSignerRule,
  isSatisfiedBy,
  requiredSigners,
  type RequiredSigners,
  type SignerRule,
} from "./config-signers";
