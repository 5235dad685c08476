export { FabricNetwork } from "./fabric-network";
export { optionsOf } from "./options";
export type { FabricOptions, PeerOptions } from "./options";
export type { FabricOutputs, OrganizationOutputs } from "./outputs";
