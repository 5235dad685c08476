export { buildDisruptionBudget } from "./disruption-budget";
export { usualDnsServers, type DnsServers } from "./dns";
export { appLabels, type AppLabels, type Labels } from "./labels";
export { leaveServicesFirst } from "./leave-services";
export { skipAwait, unawaited, type Metadata } from "./metadata";
export { parentRef, type ParentRef } from "./gateway-api";
export { goMemoryLimit } from "./go-memory";
export { buildNamespace, type PodSecurityLevel } from "./namespace";
export {
  buildNetworkPolicies,
  type Guest,
  type Outside,
  type Pair,
  type PolicyScope,
  type TrafficRules,
} from "./network-policy";
export { spreadOver, type Placement } from "./placement";
export { buildPodTemplate, type PodSpec } from "./pod";
export { buildPodMonitor, buildPrometheusRule, monitorTlsKeys, scrapeAnnotations } from "./prometheus-operator";
export { anyUser, containerSecurityContext, podSecurityContext } from "./security";
export { buildDefaultServiceAccount, buildServiceAccount } from "./service-account";
export { buildNodeService, buildReadyService, type Exposure, type LeadsToPod, type Port } from "./services";
export { buildVolumeClaim, type VolumeClaimSpec } from "./volume-claim";
export { buildDeployment, buildStatefulSet, type TemplatedDeployment, type TemplatedStatefulSet } from "./workloads";
