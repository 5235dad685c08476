import { startHost } from "../host/host";
import { writeHostFiles } from "../host/service";
import type { LocalCluster, NodeHost } from "../settings";
import { nodeFiles } from "./services";

/** Starts the nodes, side by side. */
export async function startNodes(cluster: LocalCluster, nodes: readonly NodeHost[]): Promise<void> {
  await Promise.all(
    nodes.map((node) => {
      writeHostFiles(cluster, node.name, nodeFiles(cluster, node, nodes.length));
      return startHost(cluster, node.name);
    }),
  );
}
