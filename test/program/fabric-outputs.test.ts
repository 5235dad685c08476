/** Outputs of a Fabric stack for its users, and the part of them for others. */
import assert from "node:assert/strict";
import { readStack, runProgram } from "../support/program/run";

type Outputs = Record<string, unknown>;

/** Paths of all private keys. */
function keysIn(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => {
    const at = path === "" ? key : `${path}.${key}`;
    return key === "privateKey" ? [at] : keysIn(field, at);
  });
}

describe("the output for applications", function () {
  this.timeout(60_000);
  let fabric: Outputs;
  let applications: Outputs;

  before(async () => {
    const stack = structuredClone(readStack("local-fabric"));
    Object.assign((stack.network as { fabric: object }).fabric, { monitoring: { namespace: "monitoring" } });
    const { outputs } = await runProgram("local-fabric", stack);
    ({ fabric, applications } = outputs as { fabric: Outputs; applications: Outputs });
  });

  it("has the keys of clients and no others, since it leaves the network's operators", () => {
    assert.ok(keysIn(fabric).includes("organizations.org1.administrator.privateKey"));
    assert.ok(keysIn(fabric).includes("organizations.org1.monitoringTls.privateKey"));
    assert.deepEqual(keysIn(applications), [
      "organizations.org1.client.privateKey",
      "organizations.org2.client.privateKey",
    ]);
  });

  it("is part of the whole: an application of one reads the other alike", () => {
    const { organizations, ...rest } = applications;
    assert.deepEqual(rest, { network: fabric.network, channels: fabric.channels });
    const whole = fabric.organizations as Record<string, Outputs>;
    for (const [name, part] of Object.entries(organizations as Record<string, Outputs>)) {
      const { mspId, gateway, connectionProfile, client } = whole[name] ?? {};
      assert.deepEqual(part, { mspId, gateway, connectionProfile, client });
    }
  });
});
