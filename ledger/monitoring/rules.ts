/** Rules as Prometheus reads them: https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/ */
import { fillIn, recorded, type Alert, type Placeholders } from "./alert";

export interface Rule {
  /** An alert has a name, a recorded series another one. */
  alert?: string;
  record?: string;
  expr: string;
  for?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** Content of a rules file, and `spec` of a PrometheusRule. */
export interface RuleGroups {
  groups: { name: string; rules: Rule[] }[];
}

/** A pod that the stack file asks for. */
export interface ExpectedNode {
  namespace: string;
  pod: string;
  /** Kind of the pod: `peer`, `validator`. */
  component: string;
}

/** A certificate with an end. */
export interface ExpectedCertificate {
  namespace: string;
  /** `orderer0-tls` */
  certificate: string;
  kind: "authority" | "node" | "client";
  /** RFC 3339. */
  notAfter: string;
}

export interface MonitoredNetwork {
  /** Name of the network. */
  network: string;
  alerts: readonly Alert[];
  /** Values of the placeholders in the alerts, except for `NODES`. */
  values: Placeholders;
  nodes: readonly ExpectedNode[];
  certificates: readonly ExpectedCertificate[];
  /** Page whose sections are the runbooks of the alerts. */
  runbookUrl: string;
}

export function ruleGroups(network: MonitoredNetwork): RuleGroups {
  const { nodes, certificates, alerts } = network;
  const values = { ...network.values, NODES: matcher([...nodes, ...certificates]) };
  const group = (name: string, rules: Rule[]) => ({ name: `${network.network}-${name}`, rules });
  return {
    groups: [
      group("expected", [
        ...nodes.map((node): Rule => ({ record: recorded.node, expr: "vector(1)", labels: { ...node } })),
        ...certificates.map(({ notAfter, ...labels }): Rule => {
          const end = Math.floor(Date.parse(notAfter) / 1000);
          return { record: recorded.certificate, expr: `vector(${end})`, labels };
        }),
      ]),
      group(
        "alerts",
        alerts.map((alert) => alertRule(alert, values, network)),
      ),
    ],
  };
}

function alertRule(alert: Alert, values: Placeholders, { network, runbookUrl }: MonitoredNetwork): Rule {
  return {
    alert: alert.name,
    expr: fillIn(alert.expr, values),
    for: alert.for,
    labels: { severity: alert.severity, network },
    annotations: {
      summary: alert.summary,
      description: alert.description,
      runbook_url: `${runbookUrl}#${alert.name.toLowerCase()}`,
    },
  };
}

/** Label matcher that selects the namespaces of a network. */
function matcher(parts: readonly { namespace: string }[]): string {
  return `namespace=~"${[...new Set(parts.map(({ namespace }) => namespace))].join("|")}"`;
}
