import { writeFileSync } from "node:fs";
import { withAdminClient } from "../access/access";
import { startHost } from "../host/host";
import { writeHostFiles } from "../host/service";
import type { Progress } from "../../lib/progress";
import * as ready from "../readiness";
import { controlPlane, paths, type NodeHost } from "../settings";
import { controlPlaneFiles } from "./services";

/** Starts the control plane. When it answers, releases the services that wait for it and applies the cluster's objects. */
export async function startControlPlane(nodes: readonly NodeHost[], progress: Progress): Promise<void> {
  writeHostFiles(controlPlane.name, controlPlaneFiles());
  await startHost(controlPlane.name);
  await withAdminClient(async (admin) => {
    await progress.phase("API server: ready", () => ready.apiServerReady(admin));
    writeFileSync(paths.apiReady, "");
    await ready.applyObjects(admin, ready.clusterObjects(nodes));
  });
}
