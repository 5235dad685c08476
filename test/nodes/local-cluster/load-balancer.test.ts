/** The local cluster's addresses for LoadBalancer Services, with the real API server. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as k8s from "@kubernetes/client-node";
import { poll } from "../../../lib/wait";
import { paths } from "../../../tools/paths";
import { ApiServer } from "../../support/api-server";
import { ManagedProcess } from "../../support/processes";

const namespace = "default";
/** Number of addresses in the range: the test ends with the first address given twice. */
const count = 32;

describe("load-balancer", function () {
  this.timeout(120_000);

  let server: ApiServer;
  let core: k8s.CoreV1Api;
  let folder: string;
  let managed: ManagedProcess;

  before(async () => {
    server = await ApiServer.start();
    const config = new k8s.KubeConfig();
    config.loadFromFile(server.kubeconfigFile);
    core = config.makeApiClient(k8s.CoreV1Api);
    folder = mkdtempSync(join(tmpdir(), "load-balancer-"));
    managed = new ManagedProcess({
      name: "load-balancer",
      command: join(paths.bin, "load-balancer"),
      args: [`-kubeconfig=${server.kubeconfigFile}`, "-addresses=192.0.2.0/27"],
      env: {},
      logFile: join(folder, "log"),
    });
    managed.start();
  });
  after(async () => {
    await managed.stop();
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  function create(name: string, spec: k8s.V1ServiceSpec = {}): Promise<k8s.V1Service> {
    const body = { metadata: { name }, spec: { type: "LoadBalancer", ports: [{ port: 443 }], ...spec } };
    return core.createNamespacedService({ namespace, body });
  }

  /** Addresses by Service. */
  async function addresses(): Promise<Map<string, string | undefined>> {
    const { items } = await core.listNamespacedService({ namespace });
    return new Map(
      items
        .filter(({ metadata }) => metadata?.name !== "kubernetes")
        .map(({ metadata, status }) => [metadata?.name ?? "", status?.loadBalancer?.ingress?.[0]?.ip]),
    );
  }

  function until(what: string, reached: (found: Map<string, string | undefined>) => boolean) {
    const ask = async () => {
      const found = await addresses();
      return reached(found) ? found : undefined;
    };
    return poll(ask, { what, timeoutSeconds: 30, intervalMs: 50 });
  }

  it("gives each of many Services that come at once an address of its own", async () => {
    await Promise.all(Array.from({ length: count }, (_, index) => create(`service-${index}`)));
    const found = await until("an address for every Service", (all) => [...all.values()].every(Boolean));
    assert.equal(new Set(found.values()).size, count);
    assert.ok([...found.values()].every((address) => address?.startsWith("192.0.2.")));
  });

  it("lets a Service wait while no address is free, and gives it that of one which goes", async () => {
    const freed = (await addresses()).get("service-7");
    await create("late");
    await core.deleteNamespacedService({ namespace, name: "service-7" });
    const found = await until("an address for the late one", (all) => all.get("late") !== undefined);
    assert.equal(found.get("late"), freed);
  });

  it("leaves every address as it is when it starts again, and Services of a class to others", async () => {
    const before = await addresses();
    await managed.kill();
    managed.start();
    await core.deleteNamespacedService({ namespace, name: "service-3" });
    await create("of-a-class", { loadBalancerClass: "example.com/other" });
    await create("after");
    const found = await until("an address for the next one", (all) => all.get("after") !== undefined);
    assert.equal(found.get("after"), before.get("service-3"));
    assert.equal(found.get("of-a-class"), undefined);
    for (const [name, address] of before) {
      if (name !== "service-3") assert.equal(found.get(name), address, name);
    }
  });
});
