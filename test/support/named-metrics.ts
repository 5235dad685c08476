/** Metrics that alerts and dashboards name, by the program that must export them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clientFacts, type Client } from "../../ledger/ethereum/clients";
import { blockWindow, ethereumAlerts, fabricAlerts, nodeAlerts, type Alert } from "../../ledger/monitoring";
import { metricNames } from "./metric-names";

/** Files of `dashboards/`, with the client or kind of network whose nodes they show. */
export const dashboards = { fabric: ["fabric"], "ethereum-geth": ["geth", "goquorum"], "ethereum-besu": ["besu"] };

export interface Dashboard {
  uid: string;
  panels: { title: string; targets: { expr: string }[] }[];
}

export function readDashboard(name: string): Dashboard {
  return JSON.parse(readFileSync(join(__dirname, `../../dashboards/${name}.json`), "utf8")) as Dashboard;
}

/** Metrics of Prometheus itself, of the rules, and of the kubelet, which no node exports. */
const elsewhere = /^(up$|ledger:|kubelet_|container_)/;

/** Whether only orderers of BFT channels have a metric. */
export function isOfBft(name: string): boolean {
  return /^consensus_(BFT|smartbft)_/.test(name);
}

/** Metrics that orderers or peers must export. */
export function namedByFabric(): string[] {
  return named([...nodeAlerts, ...fabricAlerts], "fabric", (expr) => expr);
}

export function namedByEthereum(client: Client): string[] {
  const { height, peers } = clientFacts[client].metrics;
  return named([...nodeAlerts, ...ethereumAlerts], client, (expr) =>
    expr.replaceAll("$HEIGHT", height).replaceAll("$PEERS", peers).replaceAll("$WINDOW", blockWindow(5)),
  );
}

function named(alerts: readonly Alert[], program: string, fill: (expr: string) => string): string[] {
  const files = Object.entries(dashboards).filter(([, programs]) => programs.includes(program));
  const shown = files.flatMap(([file]) => readDashboard(file).panels.flatMap(({ targets }) => targets));
  const expressions = [...alerts, ...shown].map(({ expr }) => fill(expr));
  return [...new Set(expressions.flatMap(metricNames))].filter((name) => !elsewhere.test(name)).sort();
}

/** Metrics of `names` that none of the texts has. @param texts answers of nodes' /metrics */
export function missingIn(texts: readonly string[], names: readonly string[]): string[] {
  const exported = new Set(texts.flatMap((text) => [...text.matchAll(/^[a-zA-Z_:][\w:]*/gm)].map(([name]) => name)));
  return names.filter((name) => !exported.has(name));
}
