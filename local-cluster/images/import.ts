import { resolve } from "node:path";
import { runInHost } from "../host/host";
import { inHost, projectRoot, type LocalCluster } from "../settings";
import type { BuiltImage } from "./store";

const ctr = ["ctr", "--namespace", "k8s.io", "images"];

/** Imports an archive on nodes. The archive must be below the project, the only directory of the machine in hosts. */
export async function importArchive(cluster: LocalCluster, nodes: readonly string[], archive: string): Promise<void> {
  const path = resolve(archive);
  if (!path.startsWith(`${projectRoot}/`)) {
    throw new Error(
      `${path} is not below ${projectRoot}; nodes read archives from there only. Copy it, for example to .tools/images.`,
    );
  }
  await Promise.all(nodes.map((node) => runInHost(cluster, node, [...ctr, "import", inHost(path)])));
}

/** The images that a node lacks, or has in another form. */
export async function missingImages(
  cluster: LocalCluster,
  node: string,
  images: readonly BuiltImage[],
): Promise<BuiltImage[]> {
  const present = parseImageList(await runInHost(cluster, node, [...ctr, "ls"]));
  return images.filter((image) => present[image.reference] !== image.digest);
}

/** Imports on each node the images that are missing or differ. Returns the references imported on any node. */
export async function importMissing(
  cluster: LocalCluster,
  nodes: readonly string[],
  images: readonly BuiltImage[],
): Promise<string[]> {
  const imported = await Promise.all(
    nodes.map(async (node) => {
      const missing = await missingImages(cluster, node, images);
      for (const image of missing) await importArchive(cluster, [node], image.archive);
      return missing.map((image) => image.reference);
    }),
  );
  return [...new Set(imported.flat())].sort();
}

/** Digests by reference, from the table of `ctr images ls`: REF TYPE DIGEST ... */
export function parseImageList(table: string): Record<string, string> {
  const rows = table.split("\n").slice(1);
  const fields = rows.map((row) => row.split(/\s+/)).filter((row) => row.length > 2);
  return Object.fromEntries(fields.map(([reference = "", , digest = ""]) => [reference, digest]));
}
