export { FabricNetwork } from "./network";
export { optionsOf } from "./options";
export type { FabricOptions, PeerOptions } from "./options";
export { applicationOutputs } from "./outputs";
export type { ApplicationOutputs, FabricOutputs, OrganizationOutputs } from "./outputs";
