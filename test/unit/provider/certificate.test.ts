import assert from "node:assert/strict";
import { describeCertificate, matchesPrivateKey, verifyIssuedBy } from "../../../ledger/fabric/certificate";
import { serialOf } from "../../../ledger/fabric/serial-number";
import { unknownValue } from "../../../provider/framework/property-value";
import { migrate } from "../../../provider/framework/state-version";
import { certificate } from "../../../provider/pki/resources/certificate";
import { certificateAuthority } from "../../../provider/pki/resources/certificate-authority";
import { testOperation } from "../../support/operation";

type CaState = Awaited<ReturnType<typeof certificateAuthority.create>>["state"];
type State = Awaited<ReturnType<typeof certificate.create>>["state"];
type Inputs = Parameters<typeof certificate.create>[0];

const dayMs = 24 * 60 * 60 * 1000;
const start = new Date("2030-01-01T00:00:00Z");
const caInputs = { commonName: "ca.org1", organization: "org1", validityDays: 1000, renewBeforeDays: 100 };

function later(days: number): Date {
  return new Date(start.getTime() + days * dayMs);
}
const at = (days: number) => testOperation({ now: later(days) });

/** JSON would show unknowns as empty objects. */
function inWords(value: object): string {
  return JSON.stringify(value, (_key, item: unknown) => (item === unknownValue ? "?" : item));
}

describe("certificates", () => {
  let ca: CaState;
  let other: CaState;
  let inputs: Inputs;
  let state: State;

  before(async () => {
    ca = (await certificateAuthority.create(caInputs, at(0).context)).state;
    other = (await certificateAuthority.create(caInputs, at(0).context)).state;
    inputs = {
      caCertificate: ca.certificate,
      caPrivateKey: ca.privateKey,
      commonName: "peer0",
      organization: "org1",
      usage: "tls",
      dnsNames: ["peer0.org1"],
      ipAddresses: [],
      validityDays: 365,
      renewBeforeDays: 30,
    };
    state = (await certificate.create(inputs, at(0).context)).state;
  });

  function changes(next: Partial<Record<keyof Inputs, unknown>>, days = 0): string[] {
    const newInputs = { ...inputs, ...next } as Inputs;
    return certificate
      .diff({ oldInputs: inputs, oldState: state, newInputs, now: later(days) })
      .map(({ path, replaces }) => `${path}${replaces === true ? " replaces" : ""}`);
  }

  it("are renewed when they are not valid yet, as those made by a clock that was ahead", () => {
    assert.deepEqual(changes({}, 0), []);
    assert.deepEqual(changes({}, -1), ["certificate"]);
    const request = { oldInputs: caInputs, oldState: ca, newInputs: caInputs };
    const paths = (days: number) => certificateAuthority.diff({ ...request, now: later(days) }).map(({ path }) => path);
    assert.deepEqual([paths(0), paths(-1)], [[], ["certificate"]]);
  });

  it("are identified by their key, which outlives them", async () => {
    const created = await certificate.create(inputs, at(0).context);
    assert.equal(created.id, describeCertificate(created.state.certificate).publicKeyFingerprint);
    assert.ok(verifyIssuedBy(created.state.certificate, ca.certificate));
    assert.equal(created.state.notAfter, "2031-01-01T00:00:00.000Z");
  });

  for (const [next, expected] of [
    [{}, []],
    [{ renewBeforeDays: 31 }, []],
    [{ caPrivateKey: "another text" }, []],
    [{ dnsNames: ["peer0.org1", "peer0"] }, ["dnsNames[1]"]],
    [{ ipAddresses: ["127.0.0.1"] }, ["ipAddresses[0]"]],
    [{ validityDays: 100 }, ["validityDays"]],
    [{ tlsRole: "server" }, ["tlsRole"]],
    [{ keyGeneration: 1 }, []],
    [{ keyGeneration: 2 }, ["keyGeneration"]],
    [{ attributes: {} }, []],
    [{ attributes: { auditor: "true" } }, ["attributes.auditor"]],
    [{ attributes: { auditor: unknownValue } }, ["attributes.auditor"]],
    [{ caCertificate: unknownValue }, ["caCertificate"]],
    [{ dnsNames: unknownValue }, ["dnsNames"]],
    [{ commonName: "peer1" }, ["commonName replaces"]],
    [{ organization: "org2" }, ["organization replaces"]],
    [{ nodeOu: "peer" }, ["nodeOu replaces"]],
    [{ usage: "signing" }, ["usage replaces"]],
  ] as const) {
    it(`see in ${inWords(next)} the changes [${expected.join(", ")}]`, () => {
      assert.deepEqual(changes(next), expected);
    });
  }

  it("are issued anew for a CA with another key, not for one that renewed its own certificate", async () => {
    const renewed = await certificateAuthority.update(
      { id: "", inputs: caInputs, state: ca, newInputs: { ...caInputs, validityDays: 2000 } },
      at(0).context,
    );
    assert.notEqual(renewed.certificate, ca.certificate);
    assert.equal(renewed.privateKey, ca.privateKey);
    assert.ok(verifyIssuedBy(state.certificate, renewed.certificate));
    assert.deepEqual(changes({ caCertificate: renewed.certificate }), []);
    assert.deepEqual(changes({ caCertificate: other.certificate }), ["caCertificate"]);
  });

  it("are renewed by the first run within the days set before their end, with the same key", async () => {
    assert.deepEqual(changes({}, 334), []);
    assert.deepEqual(changes({}, 335), ["notAfter"]);
    const renewed = await certificate.update({ id: "", inputs, state, newInputs: inputs }, at(335).context);
    assert.equal(renewed.privateKey, state.privateKey);
    assert.ok(matchesPrivateKey(renewed.certificate, state.privateKey));
    assert.equal(renewed.notAfter, later(335 + 365).toISOString());
  });

  it("begin when the first one did, so that the CA of that time vouches for them in channels that still hold it", async () => {
    const beginning = (pem: string) => describeCertificate(pem).notBefore;
    const request = { id: "", inputs, state, newInputs: inputs };
    const renewed = await certificate.update(request, at(900).context);
    assert.deepEqual(beginning(renewed.certificate), beginning(state.certificate));
    const authority = { id: "", inputs: caInputs, state: ca, newInputs: caInputs };
    const renewedCa = await certificateAuthority.update(authority, at(900).context);
    assert.deepEqual(beginning(renewedCa.certificate), beginning(ca.certificate));
    const sooner = await certificateAuthority.update(authority, at(-1).context);
    assert.ok(beginning(sooner.certificate) < later(-1), "one that was dated ahead is not valid yet");
  });

  it("are known by serial number for as long as their key is, and apart from those of former keys", async () => {
    const second = { ...inputs, keyGeneration: 2 };
    const renewed = await certificate.update({ id: "", inputs, state, newInputs: inputs }, at(335).context);
    const numbers = [state, renewed].map((each) => serialOf(each.certificate));
    assert.deepEqual([renewed.serials, renewed.formerSerials], [numbers, []]);
    const rekeyed = await certificate.update({ id: "", inputs, state: renewed, newInputs: second }, at(336).context);
    assert.notEqual(rekeyed.privateKey, state.privateKey);
    assert.ok(matchesPrivateKey(rekeyed.certificate, rekeyed.privateKey));
    assert.deepEqual([rekeyed.serials, rekeyed.formerSerials], [[serialOf(rekeyed.certificate)], numbers]);
  });

  it("with other attributes have another key, so that those with the former attributes can be revoked", async () => {
    const granted = { ...inputs, attributes: { auditor: "true" } };
    const first = await certificate.update({ id: "", inputs, state, newInputs: granted }, at(1).context);
    const renewed = await certificate.update(
      { id: "", inputs: granted, state: first, newInputs: granted },
      at(335).context,
    );
    assert.equal(renewed.privateKey, first.privateKey);
    const taken = await certificate.update(
      { id: "", inputs: granted, state: renewed, newInputs: inputs },
      at(336).context,
    );
    assert.equal(new Set([state, first, taken].map(({ privateKey }) => privateKey)).size, 3);
    assert.deepEqual(
      taken.formerSerials,
      [state, first, renewed].map((each) => serialOf(each.certificate)),
    );
  });

  it("of a release without serial numbers bring theirs along, so that they can be revoked", async () => {
    const { certificate: pem, privateKey, notAfter } = state;
    const old = migrate(
      "state",
      { certificate: pem, privateKey, notAfter },
      certificate.migrations,
    ) as unknown as State;
    const newInputs = { ...inputs, keyGeneration: 2 };
    const rekeyed = await certificate.update({ id: "", inputs, state: old, newInputs }, at(1).context);
    assert.deepEqual(rekeyed.formerSerials, [serialOf(pem)]);
    assert.deepEqual(migrate("state", { certificate: unknownValue }, certificate.migrations), {
      certificate: unknownValue,
    });
  });

  it("are not renewed for ever when their CA ends first, because that would not lengthen their life", async () => {
    const short = await certificate.update({ id: "", inputs, state, newInputs: inputs }, at(900).context);
    assert.equal(short.notAfter, ca.notAfter);
    const changed = certificate.diff({ oldInputs: inputs, oldState: short, newInputs: inputs, now: later(990) });
    assert.deepEqual(changed, []);
  });

  it("of a CA are renewed in time, too", () => {
    const diff = (days: number) =>
      certificateAuthority.diff({ oldInputs: caInputs, oldState: ca, newInputs: caInputs, now: later(days) });
    assert.deepEqual(diff(899), []);
    assert.deepEqual(diff(900), [{ path: "notAfter", kind: "update", isOutput: true }]);
  });

  it("preview an update with the key they keep and a certificate yet unknown", () => {
    assert.deepEqual(certificate.preview(inputs, { inputs, state }), {
      certificate: unknownValue,
      privateKey: state.privateKey,
      notAfter: unknownValue,
      serials: unknownValue,
      formerSerials: [],
    });
    const nothing = {
      certificate: unknownValue,
      privateKey: unknownValue,
      notAfter: unknownValue,
      serials: unknownValue,
      formerSerials: [],
    };
    assert.deepEqual(certificate.preview(inputs, undefined), nothing);
    const rekeyed = certificate.preview({ ...inputs, keyGeneration: 2 }, { inputs, state });
    assert.deepEqual(rekeyed, { ...nothing, formerSerials: unknownValue });
  });

  it("refresh to themselves, telling the days left in a message and not in the state", async () => {
    const { context, messages } = at(100);
    assert.deepEqual(await certificate.read({ id: "", inputs, state }, context), { inputs, state });
    assert.deepEqual(messages.status, ["valid for 265 more days, until 2031-01-01T00:00:00.000Z"]);
    const expired = at(366);
    await certificate.read({ id: "", inputs, state }, expired.context);
    assert.match(expired.messages.warn.join(), /peer0 ran out on 2031-01-01/);
  });

  it("refuse names, addresses and days that no certificate can hold, all at once", () => {
    const problems = certificate.validate?.(
      {
        ...inputs,
        commonName: "x".repeat(65),
        dnsNames: ["a b"],
        ipAddresses: ["1.2.3"],
        usage: "signing",
        tlsRole: "client",
        caCertificate: "no",
        renewBeforeDays: 365,
      },
      undefined,
    );
    assert.deepEqual(
      problems?.map(({ path }) => path),
      ["commonName", "dnsNames[0]", "ipAddresses[0]", "tlsRole", "caCertificate", "renewBeforeDays"],
    );
  });
});
