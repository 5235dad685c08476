/** The start of a local cluster that a signal ends: nothing of it stays on the machine. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { recordedCluster } from "../../local-cluster/clusters";
import { clustersWithCgroups } from "../../local-cluster/host/cgroup";
import { findLeftHosts, processOne } from "../../local-cluster/host/host";
import { poll } from "../../lib/wait";
import { runLocalCluster } from "../../tools/cli/local-cluster";
import { projectRoot } from "../../tools/paths";

describe("the start of a local cluster", function () {
  this.timeout(120_000);
  const name = "interrupted";

  after(() => runLocalCluster(name, "down"));

  it("removes its hosts where a signal ends it, before it ends itself", async () => {
    const loader = join(projectRoot, "tools", "runtime", "typescript-cache.cjs");
    const words = ["local-cluster/main.ts", "up", "--name", name, "--nodes", "1", "--runtime", "builtin"];
    const starting = spawn(process.execPath, ["-r", loader, ...words], { cwd: projectRoot });
    const output: string[] = [];
    for (const stream of [starting.stdout, starting.stderr]) stream.on("data", (text) => output.push(String(text)));
    const cluster = await poll(
      async () => {
        assert.equal(starting.exitCode, null, output.join(""));
        const found = recordedCluster(name);
        return found && processOne(found, found.controlPlane.name) !== undefined ? found : undefined;
      },
      { what: "the first host", timeoutSeconds: 60 },
    );
    starting.kill("SIGTERM");
    const [code] = (await once(starting, "exit")) as [number | null];
    assert.equal(code, 143, output.join(""));
    assert.match(output.join(""), /local cluster interrupted: removed/);
    assert.equal(recordedCluster(name), undefined);
    assert.deepEqual(findLeftHosts(cluster), []);
    assert.ok(!clustersWithCgroups().includes(cluster.id));
  });
});
