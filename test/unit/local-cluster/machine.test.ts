import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parseHierarchies } from "../../../local-cluster/host/cgroup";
import { bridgesWithoutFilter, findConflicts, guardRules } from "../../../local-cluster/network/network";
import { reservedMemory } from "../../../local-cluster/nodes/services";
import { renderService } from "../../../local-cluster/host/service";
import { findHost, leftHosts } from "../../../local-cluster/host/host";
import { defaultCluster, inHost, nodeHosts, projectRoot } from "../../../local-cluster/settings";
import { run } from "../../../lib/process";
import { withMachineLock } from "../../../local-cluster/machine-lock";

describe("hosts of the local cluster", () => {
  it("are each a zone of their own, with addresses that follow from their number", () => {
    assert.deepEqual(nodeHosts(defaultCluster, 3), [
      { name: "node-1", address: "10.240.0.11", podRange: "10.244.1.0/24", zone: "zone-a" },
      { name: "node-2", address: "10.240.0.12", podRange: "10.244.2.0/24", zone: "zone-b" },
      { name: "node-3", address: "10.240.0.13", podRange: "10.244.3.0/24", zone: "zone-c" },
    ]);
    assert.deepEqual(
      nodeHosts(defaultCluster, 1).map((node) => node.name),
      ["node-1"],
    );
  });

  it("are named in the error for one that is not there", () => {
    assert.throws(() => findHost("node-9", nodeHosts(defaultCluster, 2)), {
      message: 'There is no host "node-9"; hosts are node-1, node-2.',
    });
  });

  it("are left over if their cgroup or network namespace exists, not if another's name starts like theirs", () => {
    assert.deepEqual(leftHosts(defaultCluster, [], ["bc-office", "bc-node-12", "bc1-node-1", "bc-br0", "bc-"]), []);
    assert.deepEqual(leftHosts(defaultCluster, ["cp"], ["bc-office", "bc-cp", "bc-node-2"]), ["cp", "node-2"]);
  });

  it("see the project under one path, since their own mounts may hide the machine's", () => {
    assert.equal(inHost(`${projectRoot}/.tools/bin/kubelet`), "/run/project/.tools/bin/kubelet");
    assert.throws(() => inHost("/etc/passwd"), /is not below/);
  });

  it("promise together no more memory than the machine has", () => {
    const machine = 24 * 2 ** 30;
    for (const nodes of [1, 2, 3]) {
      const promised = nodes * (machine - reservedMemory(machine, nodes));
      assert.ok(promised <= machine - 2 ** 30, `${nodes} nodes`);
      assert.ok(promised > machine * 0.9, `${nodes} nodes`);
    }
  });
});

describe("bridges of the machine", () => {
  const links = JSON.stringify([{ ifname: "docker0" }, { ifname: "bc-br0" }, { ifname: "virbr0" }]);

  it("are named where the cluster switches a filter off that counts for all of them", () => {
    const changed = { "/proc/sys/net/bridge/bridge-nf-call-iptables": "1" };
    assert.deepEqual(bridgesWithoutFilter(links, changed), ["docker0", "virbr0"]);
    assert.deepEqual(bridgesWithoutFilter(links, {}), []);
  });
});

describe("cgroup hierarchies", () => {
  const v1 = (name: string) => `30 24 0:26 / /sys/fs/cgroup/${name} rw,relatime - cgroup cgroup rw,${name}`;

  it("are read from the mounts of a machine with version 1 and a bare version 2", () => {
    const mounts = [
      "24 1 0:20 / / rw - ext4 /dev/vda rw",
      v1("cpu,cpuacct"),
      "31 24 0:27 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd",
      "32 24 0:28 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw",
      "",
    ].join("\n");
    assert.deepEqual(parseHierarchies(mounts), [
      { mountPoint: "/sys/fs/cgroup/cpu,cpuacct", version: 1, controllers: ["cpu", "cpuacct"] },
      { mountPoint: "/sys/fs/cgroup/systemd", version: 1, controllers: ["name=systemd"] },
      { mountPoint: "/sys/fs/cgroup/unified", version: 2, controllers: [] },
    ]);
  });

  it("are one on a machine with version 2 alone", () => {
    const mounts = "30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
    assert.deepEqual(parseHierarchies(mounts), [{ mountPoint: "/sys/fs/cgroup", version: 2, controllers: [] }]);
  });
});

describe("the guard", () => {
  it("drops packets to cluster addresses on every interface but the bridge, with any names of interfaces", () => {
    assert.match(
      guardRules(defaultCluster),
      /oifname != \{ "lo", "bc-br0" \} ip daddr \{ 10\.240\.0\.0\/16, 10\.244\.0\.0\/16, 10\.96\.0\.0\/16 \} counter drop/,
    );
  });

  it("replaces its own table in one transaction, so that there is no moment without it", () => {
    const lines = guardRules(defaultCluster).trim().split("\n");
    assert.deepEqual(lines.slice(0, 3), ["table inet bc_guard", "delete table inet bc_guard", "table inet bc_guard {"]);
  });
});

describe("address conflicts", () => {
  it("are routes of the machine's own networks inside the cluster's ranges or equal to them, not around them", () => {
    const routes = [
      { dst: "default", dev: "eth0" },
      { dst: "10.244.1.0/24", dev: "tun0" },
      { dst: "10.240.0.0/16", dev: "docker0" },
      { dst: "10.0.0.0/8", dev: "eth0" },
      { dst: "10.96.0.7", dev: "wg0" },
      { dst: "10.241.0.0/16", dev: "eth1" },
      { dst: "192.0.2.0/24", dev: "eth0" },
    ];
    assert.deepEqual(findConflicts(defaultCluster, JSON.stringify(routes)), [
      "10.244.1.0/24 dev tun0",
      "10.240.0.0/16 dev docker0",
      "10.96.0.7 dev wg0",
    ]);
  });

  it("are not the cluster's own routes, which an interrupted start leaves behind", () => {
    const routes = [
      { dst: "10.240.0.0/24", dev: "bc-br0" },
      { dst: "10.244.0.0/16", type: "unreachable" },
    ];
    assert.deepEqual(findConflicts(defaultCluster, JSON.stringify(routes)), []);
  });
});

describe("service scripts", () => {
  it("pass every argument on unchanged, with any characters", async () => {
    const args = ["--plain=/a/b", "two words", "it's", '$HOME `id` "x"', ""];
    const script = renderService({ name: "s", program: "printf", args: ["%s\\n", ...args] });
    assert.deepEqual((await run("sh", ["-c", script])).split("\n"), [...args, ""]);
  });

  it("set the environment and wait for the service's requirements", async () => {
    const script = renderService({
      name: "s",
      program: "printenv",
      args: ["POD_NAME"],
      environment: { POD_NAME: "node 1" },
      after: { file: "/", socket: "/run/x.sock" },
    });
    assert.match(script, /until \[ -e \/ \]/);
    assert.match(script, /until \[ -S \/run\/x\.sock \]/);
    const ready = renderService({
      name: "s",
      program: "printenv",
      args: ["A"],
      environment: { A: "b c" },
      after: { file: "/" },
    });
    assert.equal(await run("sh", ["-c", ready]), "b c\n");
  });
});

describe("the lock", () => {
  const name = `blockchain-clusters-test-${process.pid}`;
  const loader = join(projectRoot, "tools", "runtime", "typescript-cache.cjs");
  const { argv } = process;

  // What this process was started for depends on how tests are run.
  before(() => (process.argv = [...argv.slice(0, 2), "up", "--name", "east"]));
  after(() => (process.argv = argv));

  it("is given to one process at a time: another one waits for it, and says for whom", async () => {
    const script = `
      const { withMachineLock } = require("./local-cluster/machine-lock.ts");
      withMachineLock(async () => console.log("mine"), { name: "${name}" });`;
    let waiting: ChildProcess | undefined;
    await withMachineLock(
      async () => {
        waiting = spawn(process.execPath, ["-r", loader, "-e", script], { cwd: projectRoot });
        waiting.stdout!.on("data", () => assert.fail("the lock was given twice"));
        const [said] = (await once(waiting.stderr!, "data")) as [Buffer];
        assert.equal(
          said.toString(),
          `The local cluster is being changed by process ${process.pid} (up --name east): waiting for it\n`,
        );
        waiting.stdout!.removeAllListeners("data");
      },
      { name },
    );
    const [got] = (await once(waiting!.stdout!, "data")) as [Buffer];
    assert.equal(got.toString(), "mine\n");
    assert.deepEqual(await once(waiting!, "exit"), [0, null]);
  });

  it("is waited for no longer than the patience, and the error names the holder", async () => {
    await withMachineLock(
      () =>
        assert.rejects(
          withMachineLock(async () => undefined, { name, patienceMinutes: 0 }),
          {
            message:
              `The local cluster is being changed by process ${process.pid} (up --name east). ` +
              "Wait for it to end, or stop it, then repeat this.",
          },
        ),
      { name },
    );
  });

  it("is free again after work that failed", async () => {
    await assert.rejects(
      withMachineLock(() => Promise.reject(new Error("no")), { name }),
      /no/,
    );
    assert.equal(await withMachineLock(async () => "mine", { name, patienceMinutes: 0 }), "mine");
  });
});
