import { withAdminClient } from "../access/administrator";
import type { ApiClient } from "../access/api-client";
import { metricsImages } from "../images/catalog";
import { loadOnNodes } from "../images/load";
import { messageOf } from "../../lib/errors";
import { poll } from "../../lib/wait";
import { applyObjects, hasCondition } from "../readiness";
import type { ClusterRecord } from "../record";
import { nodeHosts, type LocalCluster } from "../settings";
import { metricsApi, metricsObjects } from "./objects";

/** The add-on that measures pods, for autoscalers and `kubectl top`: Kubernetes' metrics server. */

const timeoutSeconds = 120;

/** Starts the add-on. Resolves when the API server answers with measurements of every node. */
export async function startMetrics(cluster: LocalCluster, record: ClusterRecord): Promise<void> {
  await loadOnNodes(cluster, record, Object.values(metricsImages));
  await withAdminClient(cluster, async (admin) => {
    await applyObjects(admin, metricsObjects(record.runtime === "builtin"));
    await admin.waitFor(
      "/apis/apiregistration.k8s.io/v1/apiservices",
      (services) => services.some((one) => one.metadata.name === metricsApi && hasCondition(one, "Available")),
      { what: `${metricsApi} available`, timeoutSeconds },
    );
    await untilMeasured(
      admin,
      nodeHosts(cluster, record.nodes).map(({ name }) => name),
    );
  });
}

/** @throws Error with the last answer, when a node has not been measured after the timeout */
async function untilMeasured(admin: ApiClient, nodes: readonly string[]): Promise<void> {
  let answer = "";
  const ask = async (): Promise<true | undefined> => {
    try {
      const { items } = await admin.list("/apis/metrics.k8s.io/v1beta1/nodes");
      const measured = items.map(({ metadata }) => metadata.name);
      answer = `measured are ${measured.join(", ") || "none"}`;
      return nodes.every((name) => measured.includes(name)) ? true : undefined;
    } catch (error) {
      // For a moment the API server goes on to refuse questions for an API that is available.
      answer = messageOf(error);
      return undefined;
    }
  };
  try {
    await poll(ask, { what: `measurements of ${nodes.join(", ")}`, timeoutSeconds, intervalMs: 500 });
  } catch (error) {
    throw new Error(`${messageOf(error)}; ${answer}`, { cause: error });
  }
}
