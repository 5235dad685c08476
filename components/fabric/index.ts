export { FabricNetwork } from "./fabric-network";
export type { FabricOptions, PeerOptions } from "./options";
export type { FabricOutputs, OrganizationOutputs } from "./outputs";
