/**
 * Pod of every workload of a network: without a token unless it calls the Kubernetes API, without variables for Services,
 * with a fixed user, spread over the cluster.
 */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Labels } from "./labels";
import { nameLookups } from "./name-lookup";
import { keepApart, spreadOver, type Placement } from "./placement";
import { podSecurityContext } from "./security";

type Container = k8s.types.input.core.v1.Container;
type HostAlias = k8s.types.input.core.v1.HostAlias;
type PodTemplate = k8s.types.input.core.v1.PodTemplateSpec;
type Volume = k8s.types.input.core.v1.Volume;

export interface PodSpec {
  labels: Labels;
  /** Default: none. */
  annotations?: Record<string, string> | undefined;
  serviceAccount: pulumi.Input<string>;
  /** Whether it gets the account's token, and so the account's rights in the Kubernetes API. Default: false. */
  hasToken?: boolean;
  /** User and group of its processes, and group of its volumes. */
  user: number;
  /** Whether its programs look up names of other nodes, see `nameLookups`. Default: false. */
  looksUpNodes?: boolean;
  /** Host names that resolve to loopback in the pod. Default: none. */
  ownHosts?: string[] | undefined;
  /** Addresses of further host names in the pod. Default: none. */
  knownHosts?: pulumi.Output<HostAlias[]> | undefined;
  /** Labels of all pods to spread over hosts, this pod included. Default: the scheduler's own choice. */
  spread?: { labels: Labels; hosts: "must" | "wish" };
  /** Labels of all namespaces whose pods with the labels of `spread` count, too. Default: its own namespace alone. */
  apartIn?: Labels | undefined;
  /** Nodes of the cluster that may run it. Default: any node without a taint. */
  placement?: Placement | undefined;
  /** Seconds that its containers have to end. */
  graceSeconds: number;
  /** Containers that run before the others, in this order. Default: none. */
  initContainers?: Container[] | undefined;
  containers: Container[];
  volumes: Volume[];
  /** Default: always, as Kubernetes' own default. */
  restartPolicy?: "Never";
}

export function buildPodTemplate(spec: PodSpec): PodTemplate {
  const { annotations, spread, apartIn, initContainers } = spec;
  return {
    metadata: { labels: spec.labels, ...(annotations && { annotations }) },
    spec: {
      serviceAccountName: spec.serviceAccount,
      automountServiceAccountToken: spec.hasToken === true,
      enableServiceLinks: false,
      securityContext: podSecurityContext(spec.user),
      ...(spec.looksUpNodes === true ? { dnsConfig: nameLookups() } : {}),
      ...hostAliases(spec),
      ...(spread === undefined ? {} : { topologySpreadConstraints: spreadOver(spread.labels, spread.hosts) }),
      ...(spread === undefined || apartIn === undefined ? {} : { affinity: keepApart(spread.labels, apartIn) }),
      ...spec.placement,
      terminationGracePeriodSeconds: spec.graceSeconds,
      ...(initContainers === undefined ? {} : { initContainers: initContainers.map(withLastWords) }),
      containers: spec.containers.map(withLastWords),
      volumes: spec.volumes,
      ...(spec.restartPolicy === undefined ? {} : { restartPolicy: spec.restartPolicy }),
    },
  };
}

function hostAliases({ ownHosts, knownHosts }: PodSpec): Pick<k8s.types.input.core.v1.PodSpec, "hostAliases"> {
  const own: HostAlias[] = ownHosts === undefined ? [] : [{ ip: "127.0.0.1", hostnames: ownHosts }];
  if (knownHosts !== undefined) return { hostAliases: knownHosts.apply((known) => [...own, ...known]) };
  return own.length === 0 ? {} : { hostAliases: own };
}

/**
 * Makes the kubelet keep the end of the log (80 lines or 2048 bytes at most) in the status of a container that failed,
 * since no program here writes a termination message. `kubectl describe` and our errors then show the cause.
 */
function withLastWords(container: Container): Container {
  return { ...container, terminationMessagePolicy: "FallbackToLogsOnError" };
}
