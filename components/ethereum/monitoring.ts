/** Metrics and nodes of an Ethereum network for Prometheus. */
import * as pulumi from "@pulumi/pulumi";
import { clientFacts } from "../../ledger/ethereum/clients";
import { blockWindow, ethereumAlerts, nodeAlerts } from "../../ledger/monitoring";
import { createMonitoring, podName, type MonitoredBackup, type MonitoringOutputs } from "../workload";
import { furtherRpc, usualRpc, type EthereumContext } from "./context";
import { networkLabels } from "./names";
import type { Validator } from "./validator";

/** Name of the port of a node's container. */
const port = "metrics";

/**
 * @param backup Undefined for a network without backups.
 * @param pauseSeconds Longest time between two blocks of the chain.
 * @returns undefined where the stack file opens the metrics to nobody
 */
export function ethereumMonitoring(
  context: EthereumContext,
  validators: readonly Validator[],
  backup: MonitoredBackup | undefined,
  pauseSeconds: pulumi.Input<number>,
): MonitoringOutputs | undefined {
  const { prefix, network, config, place, namespace } = context;
  if (config.monitoring === undefined) return undefined;
  const { path, height, peers } = clientFacts[config.client].metrics;
  const node = (component: string, pod: string) => ({ namespace: place.namespace, pod, component });
  return createMonitoring(
    prefix,
    {
      config: config.monitoring,
      network,
      labels: networkLabels(network),
      pods: [
        {
          prefix,
          namespace: place.namespace,
          namespaceName: namespace.name,
          selector: networkLabels(network),
          port,
          path,
        },
      ],
      alerts: [...nodeAlerts, ...ethereumAlerts],
      values: {
        HEIGHT: height,
        PEERS: peers,
        WINDOW:
          typeof pauseSeconds === "number" ? blockWindow(pauseSeconds) : pulumi.output(pauseSeconds).apply(blockWindow),
      },
      nodes: [
        ...validators.map(({ pod }) => node("validator", pod)),
        // An autoscaler adds to these.
        ...[usualRpc(config), ...config.rpcGroups.map((group) => furtherRpc(group, config))].flatMap(({ name, rpc }) =>
          Array.from({ length: rpc.replicas }, (_, index) => node(name, podName(name, index))),
        ),
      ],
      certificates: [],
      backup,
    },
    { parent: context.component },
  );
}
