import assert from "node:assert/strict";
import { isRevoked, revokedSerials } from "../../../ledger/fabric/revoked";
import { serialOf } from "../../../ledger/fabric/serial-number";
import { unknownValue } from "../../../provider/framework/property-value";
import { certificate } from "../../../provider/pki/resources/certificate";
import { certificateAuthority } from "../../../provider/pki/resources/certificate-authority";
import { revocationList } from "../../../provider/pki/resources/revocation-list";
import { testOperation } from "../../support/operation";

type Inputs = Parameters<typeof revocationList.create>[0];
type State = Awaited<ReturnType<typeof revocationList.create>>["state"];
type User = Inputs["identities"][number];

const now = new Date("2030-01-01T00:00:00Z");
const operation = () => testOperation({ now });
const caInputs = { commonName: "ca.org1", organization: "org1", validityDays: 1000, renewBeforeDays: 100 };

describe("a revocation list", () => {
  let ca: { certificate: string; privateKey: string };
  let alice: User;
  let bob: User;
  let inputs: Inputs;
  let state: State;

  async function user(name: string): Promise<User> {
    const subject = { commonName: name, organization: "org1", nodeOu: "client" as const, usage: "signing" as const };
    const { state: made } = await certificate.create(
      {
        ...subject,
        caCertificate: ca.certificate,
        caPrivateKey: ca.privateKey,
        dnsNames: [],
        ipAddresses: [],
        validityDays: 365,
        renewBeforeDays: 30,
      },
      operation().context,
    );
    return { name, certificate: made.certificate, serials: made.serials, formerSerials: made.formerSerials };
  }

  before(async () => {
    ca = (await certificateAuthority.create(caInputs, operation().context)).state;
    [alice, bob] = await Promise.all([user("alice"), user("bob")]);
    inputs = { caCertificate: ca.certificate, caPrivateKey: ca.privateKey, identities: [alice, bob], revoke: [] };
    state = (await revocationList.create(inputs, operation().context)).state;
  });

  function update(newInputs: Inputs, before: State = state): Promise<State> {
    return revocationList.update({ id: "", inputs, state: before, newInputs }, operation().context);
  }

  function changes(next: object): string[] {
    const newInputs = { ...inputs, ...next } as Inputs;
    return revocationList.diff({ oldInputs: inputs, oldState: state, newInputs, now }).map(({ path }) => path);
  }

  it("does not exist while nothing is revoked: a new user restarts no node and changes no channel", async () => {
    assert.deepEqual(state.revocationLists, []);
    const carol = await user("carol");
    const more = { ...inputs, identities: [alice, bob, carol] };
    assert.deepEqual(changes(more), ["identities"]);
    assert.deepEqual((await update(more)).revocationLists, []);
    const unknown = { name: "carol", certificate: unknownValue, serials: unknownValue };
    const preview = revocationList.preview({ ...inputs, identities: [alice, bob, unknown] }, { inputs, state });
    assert.deepEqual(preview.revocationLists, []);
    const rekeyed = { ...unknown, name: "admin", formerSerials: unknownValue };
    const first = revocationList.preview({ ...inputs, identities: [rekeyed] }, undefined);
    assert.equal(
      first.revocationLists,
      unknownValue,
      "a list may begin with the former certificates of an administrator",
    );
  });

  it("gets the certificate of a removed user, and keeps it for ever", async () => {
    const without = { ...inputs, identities: [bob] };
    assert.deepEqual(changes(without), ["identities"]);
    assert.equal(revocationList.preview(without, { inputs, state }).revocationLists, unknownValue);
    const first = await update(without);
    assert.equal(first.number, 1);
    assert.equal(isRevoked(alice.certificate, first.revocationLists), true);
    assert.equal(isRevoked(bob.certificate, first.revocationLists), false);
    assert.deepEqual(await update(inputs, first), { ...first, known: state.known });
    const second = await update({ ...inputs, identities: [] }, first);
    assert.equal(second.number, 2);
    assert.deepEqual(
      second.revoked.map(({ serial }) => serial),
      [alice, bob].map((each) => serialOf(each.certificate)),
    );
  });

  it("gets the former certificates of a user with another key, however it came to it", async () => {
    const again = await user("alice");
    const replaced = await update({ ...inputs, identities: [again, bob] });
    assert.equal(isRevoked(alice.certificate, replaced.revocationLists), true);
    assert.equal(isRevoked(again.certificate, replaced.revocationLists), false);
    const identities = [{ ...again, formerSerials: alice.serials }, bob];
    const { state: made } = await revocationList.create({ ...inputs, identities }, operation().context);
    assert.deepEqual(revokedSerials(made.revocationLists[0] ?? ""), alice.serials);
  });

  it("gets serial numbers in any spelling, but no present certificate", async () => {
    const revoke = ["00:5A:3C"];
    assert.deepEqual(changes({ revoke }), ["identities"]);
    assert.deepEqual(revokedSerials((await update({ ...inputs, revoke })).revocationLists[0] ?? ""), ["5a3c"]);
    const own = serialOf(bob.certificate).toUpperCase();
    assert.deepEqual(
      revocationList
        .validate?.({ ...inputs, revoke: ["1", own] }, undefined)
        .map(({ path, message }) => path + message),
      [
        `revoke[1]given "${own}"; must be of a former certificate, because it is the present certificate of bob. ` +
          "Revoke bob by name, which gives it another key",
      ],
    );
  });

  it("changes for nothing else, and is signed anew by a CA with another key", async () => {
    assert.deepEqual(changes({}), []);
    assert.deepEqual(changes({ identities: [bob, alice] }), ["identities"]);
    const other = (await certificateAuthority.create(caInputs, operation().context)).state;
    const list = await update({ ...inputs, identities: [bob] });
    const moved = { ...inputs, identities: [bob], caCertificate: other.certificate, caPrivateKey: other.privateKey };
    assert.deepEqual(changes(moved), ["caCertificate", "identities"]);
    const renewed = await update(moved, list);
    assert.equal(renewed.number, 2);
    assert.notDeepEqual(renewed.revocationLists, list.revocationLists);
  });

  it("names every name that stands twice and every text that is no certificate", () => {
    const twice = { ...inputs, identities: [alice, { ...bob, name: "alice", certificate: "no" }] };
    assert.deepEqual(
      revocationList.validate?.(twice, undefined).map(({ path }) => path),
      ["identities[1]", "identities[1].certificate"],
    );
  });
});
