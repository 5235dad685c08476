export type { ClusterConfig, KubeconfigSource, Vendor, VendorConfig } from "./cluster";
export type {
  ChaincodeConfig,
  ChannelEntry,
  FabricConfig,
  GatewayConfig,
  OrdererOrganizationConfig,
  PeerOrganizationConfig,
  ResourcesConfig,
} from "./fabric";
export { chaincodeServiceName, namespaceName } from "./fabric-names";
export { loadConfig } from "./load";
export type { NetworkConfig } from "./network";
export type { Config } from "./parse";
export { parseQuantity } from "./quantity";
export type { DriverConfig, StorageConfig } from "./storage";
