/** Ways into the organisations of a Fabric network, among all its resources. */
import assert from "node:assert/strict";
import { readStack, runProgram, type ProgramRun } from "../support/program/run";

interface Organization {
  name: string;
  domain?: string;
  exposure?: unknown;
}

interface Fabric {
  ordererOrganizations: Organization[];
  peerOrganizations: Organization[];
}

const gateway = {
  type: "gateway",
  parentRefs: [{ name: "edge", namespace: "doors", sectionName: "fabric" }],
  clientNamespaces: ["doors"],
  apiVersion: "v1alpha2",
};

/** The stack `local-exposed`, with the ways in that `choose` returns. */
function withWays(choose: (organization: Organization) => unknown): Promise<ProgramRun> {
  const stack = structuredClone(readStack("local-exposed"));
  const { fabric } = stack.network as { fabric: Fabric };
  for (const organization of [...fabric.ordererOrganizations, ...fabric.peerOrganizations]) {
    organization.exposure = choose(organization);
  }
  return runProgram("local-exposed", stack);
}

/** Inputs of the resources of a type, by URN. */
function inputsOf({ resources }: ProgramRun, type: string): Map<string, string> {
  return new Map(
    resources.filter((each) => each.type === type).map(({ urn, inputs }) => [urn, JSON.stringify(inputs)]),
  );
}

describe("a way into an organisation", function () {
  this.timeout(120_000);
  let without: ProgramRun;

  before(async () => {
    without = await withWays(() => ({ type: "none" }));
  });

  it("is added to a living network without a change of its nodes, so that none restarts", async () => {
    const added = await withWays(() => ({ type: "router", clientCidrs: ["10.0.0.0/8"] }));
    const before = without.resources.map(({ urn }) => urn);
    const after = new Set(added.resources.map(({ urn }) => urn));
    assert.deepEqual(
      before.filter((urn) => !after.has(urn)),
      [],
    );
    assert.ok(after.size > before.length);
    for (const type of ["kubernetes:apps/v1:StatefulSet", "ledger:pki:Certificate", "ledger:fabric:Channel"]) {
      const nodes = inputsOf(without, type);
      assert.ok(nodes.size > 0, type);
      assert.deepEqual(inputsOf(added, type), nodes);
    }
  });

  it("is a TLSRoute for each name where the user has a Gateway", async () => {
    const run = await withWays(({ name }) => (name === "org1" ? gateway : undefined));
    const routes = run.resources.filter(({ type }) => type.endsWith(":TLSRoute"));
    assert.deepEqual(
      routes.map(({ inputs }) => {
        const { apiVersion, spec } = inputs as { apiVersion: string; spec: Record<string, unknown[]> };
        return [apiVersion, spec.parentRefs?.[0], spec.hostnames?.[0], JSON.stringify(spec.rules)];
      }),
      ["gateway", "peer0", "peer1"].map((name) => [
        "gateway.networking.k8s.io/v1alpha2",
        { name: "edge", namespace: "doors", sectionName: "fabric" },
        `${name}.org1.example.com`,
        JSON.stringify([{ backendRefs: [{ name, port: 7051 }] }]),
      ]),
    );
  });
});
