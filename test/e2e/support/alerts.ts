/** Alerts of a network on the local cluster, as its Alertmanager has them. */
import { parse, stringify } from "yaml";
import type { Rule, RuleGroups } from "../../../ledger/monitoring";
import { startMonitoring } from "../../../local-cluster/monitoring/monitoring";
import type { WatchedNetwork } from "../../../local-cluster/monitoring/watched-network";
import { readRecord } from "../../../local-cluster/record";
import { defaultCluster } from "../../../local-cluster/settings";
import { poll } from "../../../lib/wait";
import { forwarder, type Route } from "../../../samples/stack/forward";
import { watchedNetwork } from "../../../tools/cli/monitoring";
import type { Cluster } from "./kubernetes";

/** Setting of a test: time passes faster for its rules, and for nothing else. */
export interface Pace {
  /** All windows and times of the rules are divided by it. */
  factor: number;
  /** Longest time that an expression must hold, in seconds. */
  longestFor: number;
  /** Time between two scrapes. */
  interval: string;
}

/** Alerts about the machine's own disk, of which the volumes of the local cluster are folders. */
const ofTheMachine = ["LedgerVolumeNearlyFull", "LedgerVolumeFull"];

/** Longest wait for an alert to fire or to clear, in seconds. */
const timeoutSeconds = 240;

export class Alerts {
  private constructor(
    private readonly prometheus: Route,
    private readonly alertmanager: Route,
  ) {}

  /** Starts Prometheus and Alertmanager for a stack with these outputs. */
  static async watch(cluster: Cluster, stack: string, outputs: unknown, pace: Pace): Promise<Alerts> {
    const network = watchedNetwork(stack, outputs as Parameters<typeof watchedNetwork>[1]);
    const { namespace } = network;
    const faster = { ...network, rules: paced(network, pace) };
    await startMonitoring(defaultCluster, readRecord(defaultCluster)!, faster, pace.interval);
    const forward = async (name: string, port: number): Promise<Route> => {
      const [pod] = await cluster.pods(namespace, `app.kubernetes.io/name=${name}`);
      return forwarder(cluster.kubeconfig)(namespace, [pod?.metadata?.name ?? ""], port);
    };
    return new Alerts(await forward("prometheus", 9090), await forward("alertmanager", 9093));
  }

  async close(): Promise<void> {
    await Promise.all([this.prometheus.close(), this.alertmanager.close()]);
  }

  /** Waits until every target of Prometheus answers. Resolves to their number. */
  async allUp(): Promise<number> {
    return poll(
      async () => {
        const { activeTargets } = await ask<{ activeTargets: { health: string }[] }>(this.prometheus, "targets");
        const isUp = activeTargets.length > 0 && activeTargets.every(({ health }) => health === "up");
        return isUp ? activeTargets.length : undefined;
      },
      { what: "every target of Prometheus up", timeoutSeconds, intervalMs: 1000 },
    );
  }

  /** Values of an expression, by the labels of each. */
  async query(expression: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]> {
    const path = `query?query=${encodeURIComponent(expression)}`;
    return (await ask<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(this.prometheus, path))
      .result;
  }

  /** Names of the alerts that fire now, sorted. */
  async firing(): Promise<string[]> {
    const alerts = (await get(this.alertmanager, "/api/v2/alerts?active=true")) as { labels: { alertname: string } }[];
    const names = alerts.map(({ labels }) => labels.alertname).filter((name) => !ofTheMachine.includes(name));
    return [...new Set(names)].sort();
  }

  /** Waits until Alertmanager has every one of these alerts. */
  async fire(...names: string[]): Promise<void> {
    await this.until(`alerts ${names.join(", ")}`, (firing) => names.every((name) => firing.includes(name)));
  }

  /** Waits until no alert fires. */
  async clear(): Promise<void> {
    await this.until("no alert", (firing) => firing.length === 0);
  }

  private async until(what: string, isDone: (firing: string[]) => boolean): Promise<void> {
    let last: string[] = [];
    try {
      await poll(async () => (isDone((last = await this.firing())) ? true : undefined), {
        what,
        timeoutSeconds,
        intervalMs: 1000,
      });
    } catch (error) {
      throw new Error(`${(error as Error).message}; firing: ${last.join(", ") || "none"}`, { cause: error });
    }
  }
}

async function ask<T>(prometheus: Route, path: string): Promise<T> {
  return ((await get(prometheus, `/api/v1/${path}`)) as { data: T }).data;
}

async function get({ host, port }: Route, path: string): Promise<unknown> {
  const response = await fetch(`http://${host}:${port}${path}`, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** The rules of a network at another pace. */
export function paced({ rules }: Pick<WatchedNetwork, "rules">, { factor, longestFor }: Pace): string {
  const faster = (rule: Rule): Rule => ({
    ...rule,
    expr: rule.expr.replace(/(\[|:|offset )(\d+[smh])\b/g, (_, before: string, time: string) => {
      return `${before}${milliseconds(time) / factor}ms`;
    }),
    ...(rule.for === undefined ? {} : { for: `${Math.min(milliseconds(rule.for) / factor, longestFor * 1000)}ms` }),
  });
  const { groups } = parse(rules) as RuleGroups;
  return stringify({ groups: groups.map((group) => ({ ...group, rules: group.rules.map(faster) })) });
}

/** @param time in Prometheus' form, with one unit: `5m` */
function milliseconds(time: string): number {
  const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000 };
  return Number(time.slice(0, -1)) * (units[time.slice(-1)] ?? NaN);
}
