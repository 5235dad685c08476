/** The stack file's changes of single resources reach these, and no others. */
import assert from "node:assert/strict";
import { readStack, runProgram, stackRun, type ProgramRun, type Registration } from "../support/program/run";

const nodeSelector = { pool: "ledger" };
const podPatch = { spec: { template: { spec: { nodeSelector } } } };

function withTransforms(...transforms: object[]): Promise<ProgramRun> {
  return runProgram("local-fabric", { ...readStack("local-fabric"), transforms });
}

/** Every resource by its URN, except those that `changed` names. */
function others({ resources }: ProgramRun, changed: readonly string[]): Map<string, Registration> {
  return new Map(resources.filter(({ name }) => !changed.includes(name)).map((resource) => [resource.urn, resource]));
}

function find({ resources }: ProgramRun, kind: string, name: string): Registration {
  const found = resources.find((resource) => resource.type.endsWith(`:${kind}`) && resource.name === name);
  assert.ok(found, `${kind} ${name}`);
  return found;
}

describe("transforms of a stack file", function () {
  this.timeout(60_000);
  const deployment = "fabric-org1-trade-asset-transfer-1-0";

  it("change the resources of their kind and name, and leave all others as they are", async () => {
    const run = await withTransforms({ kind: "StatefulSet", name: "fabric-org1-peer*", patch: podPatch });
    const usual = await stackRun("local-fabric");
    const peers = ["fabric-org1-peer0", "fabric-org1-peer1"];
    for (const peer of peers) {
      const { inputs } = find(run, "StatefulSet", peer);
      const before = find(usual, "StatefulSet", peer).inputs;
      assert.deepEqual(inputs, patched(before));
    }
    assert.deepEqual(others(run, peers), others(usual, peers));
  });

  it("apply in their order, the later over the earlier", async () => {
    const patch = (value: string) => ({ metadata: { annotations: { "example.com/a": value } } });
    const run = await withTransforms({ kind: "Service", patch: patch("1") }, { kind: "Service", patch: patch("2") });
    assert.match(JSON.stringify(find(run, "Service", "fabric-org1-gateway").inputs), /"example.com\/a":"2"/);
  });

  it("make what waits for a workload's pods wait again, since its pods are others", async () => {
    const run = await withTransforms({ kind: "Deployment", name: deployment, patch: podPatch });
    const usual = await stackRun("local-fabric");
    const revision = (of: ProgramRun, name: string) =>
      (find(of, "Rollout", name).inputs as { revision: string }).revision;
    assert.notEqual(revision(run, deployment), revision(usual, deployment));
    const other = deployment.replace("org1", "org2");
    assert.equal(revision(run, other), revision(usual, other));
  });

  it("are refused when they match nothing, with the names that exist", async () => {
    await assert.rejects(
      withTransforms({ kind: "Service", name: "fabric-org9-gateway", patch: podPatch, unsafe: true }),
      {
        message:
          /transforms\[0\]\.name: given "fabric-org9-gateway"; must be the name of a Service: .*fabric-org1-gateway/,
      },
    );
    await assert.rejects(withTransforms({ kind: "Servlet", patch: podPatch, unsafe: true }), {
      message: /transforms\[0\]\.kind: given "Servlet"; must be one of ConfigMap, .*StatefulSet/,
    });
  });

  it("never reach keys and chains, which the provider of this project makes", async () => {
    const patch = { config: { batch: { maxMessageCount: 1 } } };
    await assert.rejects(withTransforms({ kind: "Channel", patch, unsafe: true }), { message: /given "Channel"/ });
  });

  it("stay secret where the section was set with --secret", async () => {
    const patch = { metadata: { annotations: { "example.com/token": "hidden" } } };
    const config = { ...readStack("local-fabric"), transforms: [{ kind: "Service", patch }] };
    const run = await runProgram("local-fabric", config, { secretSections: ["transforms"] });
    const { inputs } = find(run, "Service", "fabric-org1-gateway");
    assert.deepEqual(
      (inputs as { metadata: { annotations: Record<string, unknown> } }).metadata.annotations["example.com/token"],
      {
        secret: "hidden",
      },
    );
  });
});

function patched(inputs: unknown): unknown {
  const copy = structuredClone(inputs) as typeof podPatch;
  Object.assign(copy.spec.template.spec, { nodeSelector });
  return copy;
}
