export type { CloudConfig, CloudVendor, ClusterConfig, KubeconfigSource, Vendor, VendorConfig } from "./cluster";
export type { AddonName } from "./cluster/eks";
export type {
  ChaincodeConfig,
  ChannelEntry,
  FabricConfig,
  FoundedChannel,
  GatewayConfig,
  JoinedChannel,
  OrdererOrganizationConfig,
  PeerOrganizationConfig,
} from "./fabric";
export type { PartnerConfig } from "./fabric/partners";
export type { ExposureConfig, NodeBalancersConfig, RouterConfig, TlsGatewayConfig } from "./fabric/exposure";
export { chaincodeServiceName, chaincodeVariables } from "./fabric/chaincodes";
export { namespaceName } from "./fabric/organizations";
export { presetVariables } from "./fabric/preset";
export { restoredFrom } from "./fabric/restore";
export { keyGeneration } from "./fabric/users";
export { restoredValidator, whyNoRestore } from "./ethereum/backup";
export { loadConfig } from "./load";
export type {
  BootnodeConfig,
  EthereumConfig,
  EthstatsConfig,
  JoinConfig,
  P2pExposureConfig,
  PartnerChainConfig,
  RpcConfig,
  RpcGroupConfig,
  ValidatorConfig,
} from "./ethereum";
export { backupNamespace, type EthereumNetworkConfig } from "./ethereum/network";
export type { FabricNetworkConfig } from "./fabric/network";
export type { NetworkConfig, NetworkConfigOf } from "./network";
export type { Config } from "./parse";
export { formatProblems } from "./kit/problem";
export { parseQuantity } from "./kit/quantity";
export type { DriverConfig, StorageConfig } from "./storage";
export { backupPeriodSeconds, type BackupConfig } from "./shared/backup";
export type { MonitoringConfig } from "./shared/monitoring";
export type { ResourcesConfig } from "./shared/workload";
export { isNamedList, type TransformConfig } from "./transforms";
