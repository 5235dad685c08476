/** Removal of a drill's namespace: of no other one, and in any case. */
import assert from "node:assert/strict";
import { removeDrill, withCleanUp } from "../../../restore-drill/clean-up";
import { StubApi } from "./stub-api";

const namespace = "fabric-restore-drill";
const label = { "blockchain-clusters/restore-drill": namespace };
const namespaces = "/api/v1/namespaces";
const claims = `${namespaces}/${namespace}/persistentvolumeclaims`;
const volumes = "/api/v1/persistentvolumes";

describe("the clean-up of a restore drill", () => {
  let api: StubApi;

  beforeEach(async () => (api = await StubApi.start()));
  afterEach(() => api.close());

  function addNamespace(labels: Record<string, string>): void {
    api.add(namespaces, { metadata: { name: namespace, labels } });
    api.add(`${namespaces}/${namespace}/secrets`, { metadata: { name: "peer0-keys" } });
    api.add(claims, { metadata: { name: "peer0-ledger", uid: "claim" } });
  }

  function addVolume(name: string, claim: string): void {
    const claimRef = { namespace, name: "peer0-ledger", uid: claim };
    api.add(volumes, { metadata: { name }, spec: { claimRef, persistentVolumeReclaimPolicy: "Retain" } });
  }

  const policyOf = (volume: string) =>
    (api.get(`${volumes}/${volume}`)?.spec as { persistentVolumeReclaimPolicy: string }).persistentVolumeReclaimPolicy;

  it("refuses a namespace that no drill made, and touches nothing", async () => {
    addNamespace({ "fabric.network": "fabric" });
    addVolume("disk", "claim");
    const before = new Map(api.objects);
    await assert.rejects(removeDrill(api.config, namespace), {
      name: "UserError",
      message: /^Namespace fabric-restore-drill was not made by a drill: it has no label .* Nothing was touched/,
    });
    assert.deepEqual(api.changes, []);
    assert.deepEqual(api.objects, before);
  });

  it("removes a drill's namespace with its disks, and keeps those of a former owner of the name", async () => {
    addNamespace(label);
    addVolume("disk", "claim");
    addVolume("former", "another claim");
    await removeDrill(api.config, namespace);
    assert.equal(policyOf("disk"), "Delete");
    assert.equal(policyOf("former"), "Retain");
    assert.deepEqual([...api.objects.keys()], [`${volumes}/disk`, `${volumes}/former`]);
  });

  it("keeps volumes of a name without a namespace", async () => {
    addVolume("former", "another claim");
    await removeDrill(api.config, namespace);
    assert.equal(policyOf("former"), "Retain");
  });

  it("removes the namespace when a disk cannot be released, and names that disk and the reason", async () => {
    addNamespace(label);
    for (const disk of ["disk0", "disk1", "disk2"]) addVolume(disk, "claim");
    api.refusals.set(`PATCH ${volumes}/disk0`, 403);
    api.refusals.set(`PATCH ${volumes}/disk1`, 404);
    await assert.rejects(removeDrill(api.config, namespace), ({ name, message }: Error) => {
      assert.equal(name, "UserError");
      const [first, ...reasons] = message.split("\n");
      assert.equal(first, "Namespace fabric-restore-drill is gone, but these may be left:");
      assert.equal(reasons.length, 1, message);
      assert.match(
        reasons[0] ?? "",
        /^ {2}volume disk0: The Kubernetes API answered 403: user "stub" got 403 for PATCH/,
      );
      return true;
    });
    assert.equal(policyOf("disk2"), "Delete");
    assert.equal(api.get(`${namespaces}/${namespace}`), undefined);
    assert.equal(api.get(`${namespaces}/${namespace}/secrets/peer0-keys`), undefined);
  });

  it("removes the namespace when its claims and the volumes cannot be listed", async () => {
    addNamespace(label);
    addVolume("disk", "claim");
    api.refusals.set(`GET ${claims}`, 500);
    await assert.rejects(removeDrill(api.config, namespace), /its claims could not be listed: .* answered 500/);
    assert.equal(api.get(`${namespaces}/${namespace}`), undefined);

    addNamespace(label);
    api.refusals.clear();
    api.refusals.set(`GET ${volumes}`, 403);
    await assert.rejects(removeDrill(api.config, namespace), /volumes could not be listed: .* answered 403/);
    assert.equal(api.get(`${namespaces}/${namespace}`), undefined);
  });

  it("tells of disks that may be left when more goes wrong", async () => {
    addNamespace(label);
    addVolume("disk", "claim");
    api.refusals.set(`PATCH ${volumes}/disk`, 403);
    api.refusals.set("DELETE /apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents", 403);
    await assert.rejects(removeDrill(api.config, namespace), /\n {2}volume disk: .*\n {2}VolumeSnapshotContents: /);
  });

  it("says in one sentence which right is missing", async () => {
    api.refusals.set(`GET ${namespaces}/${namespace}`, 403);
    const sentence =
      `The Kubernetes API answered 403: user "stub" got 403 for GET ${namespaces}/${namespace}; docs/operations.md, "A drill", ` +
      "lists the rights that the kubeconfig's user needs";
    await assert.rejects(removeDrill(api.config, namespace), { name: "UserError", message: sentence });
  });

  it("comes after work that fails, whose error stays when both fail", async () => {
    const told: string[] = [];
    const tell = (line: string) => void told.push(line);
    const fails = (message: string) => () => Promise.reject(new Error(message));
    await assert.rejects(withCleanUp(fails("work"), fails("clean-up"), tell), { message: "work" });
    assert.deepEqual(told, ["The clean-up failed, too: clean-up"]);

    const done: string[] = [];
    const succeeds = (what: string) => async () => void done.push(what);
    await assert.rejects(withCleanUp(fails("work"), succeeds("after a failure"), tell), { message: "work" });
    await withCleanUp(succeeds("work"), succeeds("after it"), tell);
    await assert.rejects(withCleanUp(succeeds("work"), fails("clean-up"), tell), { message: "clean-up" });
    assert.deepEqual(done, ["after a failure", "work", "after it", "work"]);
    assert.equal(told.length, 1);
  });
});
