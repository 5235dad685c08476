import type { ScrapeTls, WatchedNetwork } from "../../local-cluster/monitoring/watched-network";
import { say } from "../../lib/progress";
import { UserError } from "../../lib/user-error";
import { watchOnLocalCluster } from "./local-cluster";
import type { PulumiStack } from "./pulumi";
import type { StackFile } from "./stack-file";

/** Prometheus and Alertmanager on the local cluster, for the network of a stack: `make up MONITORING=1`. */

/** @throws UserError for a stack that the local cluster's Prometheus cannot watch */
export function checkMonitoring({ name, isLocal, type, hasMonitoring }: StackFile): void {
  if (!isLocal) {
    throw new UserError(
      `MONITORING=1 is for local stacks, and ${name} is not one: docs/monitoring.md says how your own Prometheus watches it.`,
    );
  }
  if (!hasMonitoring) {
    throw new UserError(
      `Stack ${name} opens its metrics to nobody: set network.${type}.monitoring.namespace in its file, ` +
        "for example to monitoring, or leave MONITORING=1 out.",
    );
  }
}

/** Outputs of a stack that say what to watch, and with which certificates. */
interface Outputs {
  monitoring: Pick<WatchedNetwork, "namespace" | "scrapeConfigs" | "rules">;
  fabric?: {
    organizations: Record<string, Scraped & { gateway: { tlsCaCertificate: string } }>;
    ordererOrganizations: Record<string, Scraped & { tlsCaCertificate: string }>;
  };
}

interface Scraped {
  namespace: string;
  monitoringTls: { certificate: string; privateKey: string };
}

/** Starts Prometheus and Alertmanager for the stack's network, or gives them its newest rules. */
export async function watchNetwork(stack: PulumiStack): Promise<void> {
  const { name, localCluster } = stack.stack;
  const network = watchedNetwork(name, stack.outputs() as Outputs);
  await watchOnLocalCluster(localCluster, network);
  const forward = `tools/run kubectl --namespace ${network.namespace} port-forward`;
  say(`Prometheus:    ${forward} service/prometheus 9090      then http://localhost:9090/api/v1/alerts`);
  say(`Alertmanager:  ${forward} service/alertmanager 9093    then http://localhost:9093`);
}

export function watchedNetwork(stack: string, { monitoring, fabric }: Outputs): WatchedNetwork {
  const { namespace, scrapeConfigs, rules } = monitoring;
  const organizations = [
    ...Object.values(fabric?.organizations ?? {}).map((one) => ({ ...one, authority: one.gateway.tlsCaCertificate })),
    ...Object.values(fabric?.ordererOrganizations ?? {}).map((one) => ({ ...one, authority: one.tlsCaCertificate })),
  ];
  const tls = organizations.map(({ namespace: of, authority, monitoringTls: { certificate, privateKey } }) => {
    return [of, { authority, certificate, privateKey }] satisfies [string, ScrapeTls];
  });
  return { stack, namespace, scrapeConfigs, rules, tls: Object.fromEntries(tls) };
}
