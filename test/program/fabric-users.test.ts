/** Users of an organisation, and its revocation list, in the program. */
import assert from "node:assert/strict";
import { readStack, runProgram, type ProgramRun } from "../support/program/run";

type Values = Record<string, unknown>;

describe("users of an organisation", function () {
  this.timeout(180_000);
  let run: ProgramRun;

  before(async () => {
    const stack = structuredClone(readStack("local-fabric"));
    const { peerOrganizations } = (stack.network as { fabric: { peerOrganizations: Values[] } }).fabric;
    Object.assign(peerOrganizations[0] ?? {}, {
      users: [
        { name: "auditor", attributes: { limit: "1000" } },
        { name: "carol", role: "admin", validityDays: 90 },
      ],
      revoke: [{ name: "admin" }, { name: "auditor", generation: 3 }, { serial: "5A:3C" }],
    });
    run = await runProgram("local-fabric", stack);
  });

  function inputs(type: string, name: RegExp): Values {
    const found = run.resources.filter((resource) => resource.type === type && name.test(resource.name));
    assert.equal(found.length, 1, `${type} ${String(name)}: ${found.length}`);
    return found[0]?.inputs as Values;
  }

  it("have certificates with their role and validity, and the key that follows the revoked ones", () => {
    const certificate = (name: RegExp) => {
      const { commonName, nodeOu, validityDays, keyGeneration, attributes } = inputs("ledger:pki:Certificate", name);
      return { commonName, nodeOu, validityDays, keyGeneration, attributes };
    };
    assert.deepEqual(certificate(/org1-user-auditor$/), {
      commonName: "auditor.org1",
      nodeOu: "client",
      validityDays: 365,
      keyGeneration: 4,
      attributes: { limit: "1000", "hf.Affiliation": "", "hf.EnrollmentID": "auditor", "hf.Type": "client" },
    });
    assert.deepEqual(certificate(/org1-user-carol$/), {
      commonName: "carol.org1",
      nodeOu: "admin",
      validityDays: 90,
      keyGeneration: undefined,
      attributes: undefined,
    });
    assert.equal(certificate(/org1-admin$/).keyGeneration, 2);
    assert.equal(certificate(/org1-client$/).keyGeneration, undefined);
  });

  it("make a list of the organisation, with everybody who must stay good; other organisations have none", () => {
    const { identities, revoke } = inputs("ledger:pki:RevocationList", /org1-revocations$/);
    assert.deepEqual(
      (identities as Values[]).map(({ name }) => name),
      ["admin", "client", "auditor", "carol"],
    );
    assert.deepEqual(revoke, ["5A:3C"]);
    assert.equal(run.resources.filter(({ type }) => type === "ledger:pki:RevocationList").length, 1);
  });

  it("come with a list in the channel and in the peers of the organisation, and nowhere else", () => {
    const { config } = inputs("ledger:fabric:Channel", /./) as { config: { peerOrganizations: { msp: Values }[] } };
    assert.deepEqual(
      config.peerOrganizations.map(({ msp }) => (msp.revocationLists as string[] | undefined)?.length),
      [1, undefined],
    );
    const withList = run.resources
      .filter(({ type }) => type === "kubernetes:apps/v1:StatefulSet")
      .filter(({ inputs: spec }) => JSON.stringify(spec).includes("msp/crls/crl-00.pem"));
    assert.ok(withList.length > 0);
    assert.ok(withList.every(({ name }) => /org1-peer[0-9]+$/.test(name)));
    const secrets = run.resources
      .filter(({ type }) => type === "kubernetes:core/v1:Secret")
      .filter(({ inputs: spec }) => JSON.stringify(spec).includes("msp.crls.crl-00.pem"));
    assert.equal(secrets.length, withList.length);
  });

  it("are in the output for operators, and not in the one for applications", () => {
    const { fabric, applications } = run.outputs as Record<string, { organizations: Record<string, Values> }>;
    assert.deepEqual(Object.keys(fabric?.organizations.org1?.users ?? {}), ["auditor", "carol"]);
    assert.equal(fabric?.organizations.org2?.users, undefined);
    assert.equal("users" in (applications?.organizations.org1 ?? {}), false);
  });
});
