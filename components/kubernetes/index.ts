export { buildDisruptionBudget } from "./disruption-budget";
export { appLabels, type AppLabels, type Labels } from "./labels";
export { skipAwait, type Metadata } from "./metadata";
export { buildNamespace, type PodSecurityLevel } from "./namespace";
export { buildNetworkPolicies, type Guest, type Pair, type PolicyScope, type TrafficRules } from "./network-policy";
export { spreadOver } from "./placement";
export { containerSecurityContext, podSecurityContext } from "./security";
export { buildServiceAccount } from "./service-account";
export { buildVolumeClaim, type VolumeClaimSpec } from "./volume-claim";
