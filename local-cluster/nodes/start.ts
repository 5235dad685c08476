import { startHost } from "../host/host";
import { writeHostFiles } from "../host/service";
import type { NodeHost } from "../settings";
import { nodeFiles } from "./services";

/** Starts the nodes, side by side. */
export async function startNodes(nodes: readonly NodeHost[]): Promise<void> {
  await Promise.all(
    nodes.map((node) => {
      writeHostFiles(node.name, nodeFiles(node, nodes.length));
      return startHost(node.name);
    }),
  );
}
