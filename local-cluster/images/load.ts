import { loadInKind } from "../kind/kind";
import type { ClusterRecord } from "../record";
import { nodeHosts, type LocalCluster } from "../settings";
import type { ImageRecipe } from "./catalog";
import { importMissing } from "./import";
import { buildImage } from "./store";

/** Builds images, and loads them on every node of a cluster that lacks them. */
export async function loadOnNodes(
  cluster: LocalCluster,
  { runtime, nodes }: ClusterRecord,
  recipes: readonly ImageRecipe[],
): Promise<void> {
  const built = await Promise.all(recipes.map(buildImage));
  if (runtime === "kind") {
    await loadInKind(
      cluster,
      built.map(({ archive }) => archive),
    );
    return;
  }
  await importMissing(
    cluster,
    nodeHosts(cluster, nodes).map(({ name }) => name),
    built,
  );
}
