/** Revocation lists, byte by byte. test/nodes/fabric asks OpenSSL and Fabric. */
import assert from "node:assert/strict";
import { createECDH, createPrivateKey, createPublicKey, verify } from "node:crypto";
import {
  createCertificateAuthority,
  issueCertificate,
  type CertificateAndKey,
} from "../../../../ledger/fabric/certificate";
import { createRevocationList } from "../../../../ledger/fabric/revocation-list";
import { isRevoked, revokedSerials } from "../../../../ledger/fabric/revoked";
import { revocations } from "../../../../ledger/fabric/revocation-plan";
import { canonicalSerial, serialOf, validateSerial } from "../../../../ledger/fabric/serial-number";
import { readDerElement } from "../../../../lib/x509/der";
import { canonicalRevocationList } from "../../../../lib/x509/pem";
import { authority, leafRequest, testTime } from "./certificate-requests";

const revocationTime = "2026-06-01T10:00:00.000Z";
const p256Order = BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

/** Signed part of the list 200 of `knownAuthority`, as `openssl crl -text` read it at the recording. */
const knownList =
  "3081cb020101300a06082a8648ce3d0403023021310d300b060355040a0c046f7267313110300e06035504030c0763612e6f726731" +
  "170d3236303630313132303030305a170d3236303930393132303030305a" +
  "30473023020400ff3c01170d3236303630313130303030305a300c300a0603551d1504030a0109" +
  "302002010f170d3236303630313130303030305a300c300a0603551d1504030a0109" +
  "a030302e301f0603551d230418301680142e062c79665e7cd2c32e461b7c57c32c00f41430300b0603551d140404020200c8";

/** The authority with the private key 0101...01. */
function knownAuthority(): Promise<CertificateAndKey> {
  const scalar = Buffer.alloc(32, 1);
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(scalar);
  const point = ecdh.getPublicKey();
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString("base64url"));
  const key = { kty: "EC", crv: "P-256", d: scalar.toString("base64url"), x, y };
  const privateKey = createPrivateKey({ format: "jwk", key }).export({ format: "pem", type: "pkcs8" }).toString();
  return createCertificateAuthority({
    privateKey,
    commonName: "ca.org1",
    organization: "org1",
    validityDays: 100,
    now: testTime,
  });
}

function listOf(ca: CertificateAndKey, number: number, ...serials: string[]): Promise<string> {
  const revoked = serials.map((serial) => ({ serial, revokedAt: revocationTime }));
  return createRevocationList({ ca, number, revoked, now: testTime });
}

/** Signed content, and signature. */
function partsOf(pem: string): { signed: Uint8Array; signature: Uint8Array } {
  const bytes = Buffer.from(pem.replace(/-----[^-]*-----/g, ""), "base64");
  const signed = readDerElement(bytes, readDerElement(bytes, 0).content);
  const value = readDerElement(bytes, readDerElement(bytes, signed.end).end);
  return { signed: bytes.subarray(signed.start, signed.end), signature: bytes.subarray(value.content + 1, value.end) };
}

describe("revocation list", () => {
  it("has the bytes that RFC 5280 wants, a serial number with its first bit set among them", async () => {
    const { signed } = partsOf(await listOf(await knownAuthority(), 200, "ff3c01", "f"));
    assert.equal(Buffer.from(signed).toString("hex"), knownList);
  });

  it("is signed by its authority with the lower s, every time", async () => {
    const ca = await knownAuthority();
    for (let number = 1; number <= 8; number += 1) {
      const { signed, signature } = partsOf(await listOf(ca, number, "1"));
      assert.ok(verify("sha256", signed, createPublicKey(ca.certificate), signature));
      const r = readDerElement(signature, readDerElement(signature, 0).content);
      const s = readDerElement(signature, r.end);
      assert.ok(BigInt(`0x${Buffer.from(signature.subarray(s.content, s.end)).toString("hex")}`) <= p256Order / 2n);
    }
  });

  it("is found again by the serial number of a certificate, and has no other", async () => {
    const ca = await authority();
    const [gone, staying] = await Promise.all([issueCertificate(leafRequest(ca)), issueCertificate(leafRequest(ca))]);
    const list = await listOf(ca, 1, serialOf(gone.certificate));
    assert.deepEqual(revokedSerials(list), [serialOf(gone.certificate)]);
    assert.equal(isRevoked(gone.certificate, [list]), true);
    assert.equal(isRevoked(staying.certificate, [list]), false);
    assert.equal(isRevoked(gone.certificate, []), false);
  });

  it("has one form in MSPs, whether it was PEM or DER there", async () => {
    const list = await listOf(await authority(), 1, "1");
    const der = Buffer.from(list.replace(/-----[^-]*-----/g, ""), "base64");
    assert.equal(canonicalRevocationList(list), list);
    assert.equal(canonicalRevocationList(der), list);
    assert.equal(canonicalRevocationList(Buffer.from(`x\r\n${list.replaceAll("\n", "\r\n")}`)), list);
  });

  it("comes from an authority that is valid, with its own key, and of serial numbers only", async () => {
    const [ca, other] = await Promise.all([authority(), authority()]);
    await assert.rejects(listOf({ ...ca, privateKey: other.privateKey }, 1, "1"), /ca\.privateKey: must belong to/);
    await assert.rejects(listOf(ca, 1, "admin"), /revoked\[0\]\.serial: given "admin"; must be a serial number/);
    assert.throws(() => revokedSerials(ca.certificate), /^Error: no X\.509 revocation list$/);
    assert.throws(() => revokedSerials("revoked"), /^Error: no X\.509 revocation list$/);
  });
});

describe("serial numbers", () => {
  it("are equal however tools write them", async () => {
    for (const text of ["00:5A:3C:01", "0x5a3c01", "5A3C01", "005a3c01"]) assert.equal(canonicalSerial(text), "5a3c01");
    assert.equal(canonicalSerial("0"), "0");
    const { certificate } = await issueCertificate(leafRequest(await authority()));
    assert.match(serialOf(certificate), /^[4-7][0-9a-f]{31}$/);
  });

  it("are nothing but hex of at most 20 bytes", () => {
    assert.deepEqual(validateSerial("5A:3C", "serial"), []);
    for (const text of ["", "alice", "5g", "1".repeat(41)]) {
      assert.equal(validateSerial(text, "serial").length, 1, text);
    }
  });
});

describe("certificates to revoke", () => {
  const alice = { name: "alice", serials: ["a1"] };
  const bob = { name: "bob", serials: ["b1", "b2"] };

  for (const [behaviour, identities, revoke, revoked, expected] of [
    ["are none while everybody is there", [alice, bob], [], [], []],
    ["are all of a user who is gone", [alice], [], [], ["b1", "b2"]],
    ["are those of a former key", [{ name: "alice", serials: ["a2"] }, bob], [], [], ["a1"]],
    ["are none when a certificate is renewed", [{ name: "alice", serials: ["a1", "a2"] }, bob], [], [], []],
    ["are none for a new user", [alice, bob, { name: "carol", serials: ["c1"] }], [], [], []],
    ["are those that are named", [alice, bob], ["99"], [], ["99"]],
    ["stay, each once and in order", [bob], ["99", "a1"], ["77", "99"], ["77", "99", "a1"]],
  ] as const) {
    it(behaviour, () => {
      const plan = { identities: identities.map(({ name, serials }) => ({ name, serials: [...serials] })) };
      assert.deepEqual(
        revocations({ ...plan, revoke: [...revoke], former: [alice, bob], revoked: [...revoked] }),
        expected,
      );
    });
  }
});
