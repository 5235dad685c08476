export { buildDisruptionBudget } from "./disruption-budget";
export { usualDnsServers, type DnsServers } from "./dns";
export { appLabels, type AppLabels, type Labels } from "./labels";
export { leaveServicesFirst } from "./leave-services";
export { awaitAddress, skipAwait, type Metadata } from "./metadata";
export { goMemoryLimit } from "./go-memory";
export { nameLookups } from "./name-lookup";
export { buildNamespace, type PodSecurityLevel } from "./namespace";
export {
  buildNetworkPolicies,
  type Guest,
  type Outside,
  type Pair,
  type PolicyScope,
  type TrafficRules,
} from "./network-policy";
export { keepApart, spreadOver, type Placement } from "./placement";
export { revisionOf } from "./revision";
export { anyUser, containerSecurityContext, podSecurityContext } from "./security";
export { buildDefaultServiceAccount, buildServiceAccount } from "./service-account";
export { createWorkloadRollout } from "./workload-rollout";
export { buildVolumeClaim, type VolumeClaimSpec } from "./volume-claim";
