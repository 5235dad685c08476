/** Metrics, nodes and certificates of a Fabric network for Prometheus. */
import type * as pulumi from "@pulumi/pulumi";
import { aloneMatcher, fabricAlerts, nodeAlerts } from "../../ledger/monitoring";
import type { ChannelEntry } from "../../config";
import { monitorTlsKeys } from "../kubernetes";
import {
  createMonitoring,
  podName,
  WorkloadObjects,
  type MonitoredBackup,
  type MonitoredPods,
  type MonitoringOutputs,
} from "../workload";
import type { FabricContext, Organization } from "./context";
import { networkLabels, organizationLabels } from "./names";
import type { OrdererOrganization, PeerOrganization } from "./organization";

/** Name that the TLS certificates of all nodes carry, see `OrganizationIdentities.createNode`. */
const serverName = "localhost";

const secondsPerDay = 86_400;

/** Parts of a network that give metrics. */
export interface MonitoredParts {
  ordering: readonly OrdererOrganization[];
  endorsing: readonly PeerOrganization[];
  /** Undefined for a network without backups. */
  backup: MonitoredBackup | undefined;
}

/** @returns undefined where the stack file opens the metrics to nobody */
export function fabricMonitoring(
  context: FabricContext,
  { ordering, endorsing, backup }: MonitoredParts,
): MonitoringOutputs | undefined {
  const { prefix, network, config } = context;
  if (config.monitoring === undefined) return undefined;
  const nodesOf = ({ place: { namespace } }: Organization, component: string, names: readonly { node: string }[]) =>
    names.map(({ node }) => ({ namespace, pod: podName(node), component }));
  return createMonitoring(
    prefix,
    {
      config: config.monitoring,
      network,
      labels: networkLabels(network),
      pods: [...ordering, ...endorsing].map((organization) => monitoredPods(context, organization)),
      alerts: [...nodeAlerts, ...fabricAlerts],
      backup,
      values: {
        RENEW_BEFORE: String(config.certificates.renewBeforeDays * secondsPerDay),
        ALONE: aloneMatcher(config.channels.filter(isOrderedWithOthers).map(({ name }) => name)),
      },
      nodes: [
        ...ordering.flatMap((organization) => nodesOf(organization, "orderer", organization.orderers)),
        ...endorsing.flatMap((organization) => nodesOf(organization, "peer", organization.peers)),
      ],
      certificates: [...ordering, ...endorsing].flatMap(({ identities, place: { namespace } }) =>
        identities.certificates.map(({ name: certificate, kind, notAfter }) =>
          notAfter.apply((end) => ({ namespace, certificate, kind, notAfter: end })),
        ),
      ),
    },
    { parent: context.component },
  );
}

/** Whether partners run orderers of a channel, which this network does not see. */
function isOrderedWithOthers({ founder, partnerOrdererOrganizations }: ChannelEntry): boolean {
  return founder !== undefined || partnerOrdererOrganizations.length > 0;
}

function monitoredPods({ component, prefix, network }: FabricContext, organization: Organization): MonitoredPods {
  const { name, namespace, place, identities } = organization;
  const labels = { ...networkLabels(network), ...organizationLabels(identities.mspId) };
  const objects = new WorkloadObjects({ component, prefix: `${prefix}-${name}`, namespace, labels });
  return {
    prefix: `${prefix}-${name}`,
    namespace: place.namespace,
    namespaceName: namespace.name,
    selector: networkLabels(network),
    port: "operations",
    path: "/metrics",
    serverName,
    createTlsSecret: () => objects.secret("monitoring-tls", tlsFiles(organization), "Opaque").metadata.name,
  };
}

/** Certificate that a scraper shows, and the CA that it checks; nodes give their metrics to nobody else. */
function tlsFiles({ identities, monitoringTls }: Organization): Record<string, pulumi.Input<string>> {
  if (monitoringTls === undefined) return {};
  return {
    [monitorTlsKeys.ca]: identities.tlsCaCertificate,
    [monitorTlsKeys.certificate]: monitoringTls.certificate,
    [monitorTlsKeys.privateKey]: monitoringTls.privateKey,
  };
}
