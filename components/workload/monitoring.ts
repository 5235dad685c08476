/** Scrape jobs and alerts of a network for Prometheus. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import type { MonitoringConfig } from "../../config";
import {
  backupAlerts,
  ruleGroups,
  scrapeConfig,
  type Alert,
  type ExpectedCertificate,
  type ExpectedNode,
  type ScrapedPods,
} from "../../ledger/monitoring";
import { buildPodMonitor, buildPrometheusRule, type Labels } from "../kubernetes";

/** Pods of one namespace that give metrics. */
export interface MonitoredPods extends ScrapedPods {
  /** Name of the PodMonitor as a resource; names of resources begin with that of their network. */
  prefix: string;
  /** Waits for the namespace. */
  namespaceName: pulumi.Input<string>;
  /** Labels of the pods. */
  selector: Labels;
  /** Makes the Secret that a PodMonitor names, where nodes ask for a certificate, and returns its name. */
  createTlsSecret?: () => pulumi.Output<string>;
}

/** Backups of a network that give metrics. */
export interface MonitoredBackup {
  pods: MonitoredPods;
  node: ExpectedNode;
}

export interface MonitoringArgs {
  /** Section `monitoring` of the stack file. */
  config: NonNullable<MonitoringConfig>;
  /** Name of the network. */
  network: string;
  /** Labels of all objects. */
  labels: Labels;
  /** Pods with metrics, one entry for each namespace. */
  pods: readonly MonitoredPods[];
  /** Alerts for a network of this kind. */
  alerts: readonly Alert[];
  /** Values of the placeholders in the alerts. */
  values: Readonly<Record<string, pulumi.Input<string>>>;
  /** Nodes that the stack file asks for. */
  nodes: readonly ExpectedNode[];
  /** Backups that give metrics. Default: none. */
  backup?: MonitoredBackup | undefined;
  /** Certificates of the network, whose ends the rules record. */
  certificates: readonly pulumi.Input<ExpectedCertificate>[];
}

/** Texts for a Prometheus without the operator. */
export interface MonitoringOutputs {
  /** Namespace whose pods reach the metrics. */
  namespace: string;
  /** YAML: items of `scrape_configs`. */
  scrapeConfigs: string;
  /** YAML: a file for `rule_files`. */
  rules: pulumi.Output<string>;
}

/** Makes the objects of the Prometheus Operator that the stack file asks for, and the same as text. */
export function createMonitoring(
  prefix: string,
  args: MonitoringArgs,
  opts: { parent: pulumi.Resource },
): MonitoringOutputs {
  const { network, labels, backup } = args;
  const { namespace, podMonitor, prometheusRule, runbookUrl } = args.config;
  const alerts = [...args.alerts, ...(backup === undefined ? [] : backupAlerts)];
  const nodes = [...args.nodes, ...(backup === undefined ? [] : [backup.node])];
  const allPods = [...args.pods, ...(backup === undefined ? [] : [backup.pods])];
  const rules = pulumi
    .all([pulumi.all([...args.certificates]), pulumi.all({ ...args.values })])
    .apply(([certificates, values]) => ruleGroups({ network, alerts, values, nodes, certificates, runbookUrl }));
  if (podMonitor !== undefined) {
    for (const pods of allPods) {
      const { serverName, createTlsSecret } = pods;
      const secret = createTlsSecret?.();
      const monitor = buildPodMonitor({
        ...podMonitor,
        metadata: { name: network, namespace: pods.namespaceName, labels: { ...labels, ...podMonitor.labels } },
        selector: pods.selector,
        port: pods.port,
        path: pods.path,
        tls: serverName === undefined || secret === undefined ? undefined : { serverName, secret },
      });
      new k8s.apiextensions.CustomResource(`${pods.prefix}-metrics`, monitor, opts);
    }
  }
  if (prometheusRule !== undefined) {
    const metadata = { name: network, namespace, labels: { ...labels, ...prometheusRule.labels } };
    new k8s.apiextensions.CustomResource(`${prefix}-alerts`, buildPrometheusRule(metadata, rules), opts);
  }
  return {
    namespace,
    scrapeConfigs: stringify(allPods.map(scrapeConfig)),
    rules: rules.apply((groups) => stringify(groups)),
  };
}
