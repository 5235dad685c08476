export { FabricNetwork } from "./fabric-network";
export type { FabricOutputs, OrganizationOutputs } from "./outputs";
