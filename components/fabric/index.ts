export { FabricNetwork } from "./network";
export { optionsOf } from "./options";
export type { FabricOptions, PeerOptions } from "./options";
export type { FabricOutputs, OrganizationOutputs } from "./outputs";
