export { createBackup, type BackedUpClaim, type BackupArgs, type BackupPod } from "./backup";
export { loadBalancerHost } from "./load-balancer-host";
export { createMonitoring, type MonitoredBackup, type MonitoredPods, type MonitoringOutputs } from "./monitoring";
export { labelsIn, podName, serviceHost, serviceNames, type NetworkLabels, type Place } from "./names";
export { WorkloadNamespace, type WorkloadNamespaceArgs } from "./namespace";
export {
  restoredClaim,
  WorkloadObjects,
  type ClaimArgs,
  type ClaimInUse,
  type ObjectSite,
  type RestoredVolume,
} from "./objects";
export { createRestorePoint, type RestorePointArgs } from "./restore";
export { createWorkloadRollout, rolloutNode, type StatefulWorkload, type Workload } from "./rollout";
