/** Certificates, by Node's own parser. test/nodes/fabric/certificate.test.ts asks OpenSSL. */
import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, verify, X509Certificate } from "node:crypto";
import fc from "fast-check";
import {
  describeCertificate,
  issueCertificate,
  matchesPrivateKey,
  verifyIssuedBy,
} from "../../../../ledger/fabric/certificate";
import { readDerElement } from "../../../../lib/x509/der";
import { canonicalCertificate } from "../../../../lib/x509/pem";
import { createSigner } from "../../../../ledger/fabric/sign";
import { encodeLowS } from "../../../../lib/x509/ecdsa";
import { authority, dayMs, leafRequest, testTime } from "./certificate-requests";

const p256Order = BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

/** The `s` of a DER signature. */
function scalarS(signature: Uint8Array): bigint {
  const r = readDerElement(signature, readDerElement(signature, 0).content);
  const s = readDerElement(signature, r.end);
  return BigInt(`0x${Buffer.from(signature.subarray(s.content, s.end)).toString("hex")}`);
}

/** The signature at the end of a certificate, without its count of unused bits. */
function certificateSignature(pem: string): Uint8Array {
  const bytes = new X509Certificate(pem).raw;
  const tbs = readDerElement(bytes, readDerElement(bytes, 0).content);
  const value = readDerElement(bytes, readDerElement(bytes, tbs.end).end);
  return bytes.subarray(value.content + 1, value.end);
}

describe("certificate", () => {
  it("says what it was asked to say", async () => {
    const ca = await authority();
    const { certificate } = await issueCertificate(
      leafRequest(ca, { dnsNames: ["peer0.org1.svc"], ipAddresses: ["10.0.0.1", "fd00::1"] }),
    );
    const { serial, publicKeyFingerprint, ...rest } = describeCertificate(certificate);
    assert.match(serial, /^[0-9a-f]{32}$/);
    assert.match(publicKeyFingerprint, /^[0-9a-f]{64}$/);
    assert.deepEqual(rest, {
      subject: "O=org1, OU=peer, CN=peer0.org1",
      issuer: "O=org1, CN=ca.org1",
      commonName: "peer0.org1",
      organization: "org1",
      organizationalUnits: ["peer"],
      notBefore: new Date("2026-06-01T11:55:00Z"),
      notAfter: new Date("2026-06-11T12:00:00Z"),
      dnsNames: ["peer0.org1.svc"],
      ipAddresses: ["10.0.0.1", "fd00::1"],
      isCa: false,
    });
  });

  it("keeps a given key, so that orderers that pin the key go on to recognise it", async () => {
    const ca = await authority();
    const first = await issueCertificate(leafRequest(ca));
    const renewed = await issueCertificate(
      leafRequest(ca, {
        privateKey: first.privateKey,
        dnsNames: ["new.name"],
        now: new Date(testTime.getTime() + 5 * dayMs),
      }),
    );
    const [before, after] = [describeCertificate(first.certificate), describeCertificate(renewed.certificate)];
    assert.equal(renewed.privateKey, first.privateKey);
    assert.equal(after.publicKeyFingerprint, before.publicKeyFingerprint);
    assert.notEqual(after.serial, before.serial);
    assert.ok(matchesPrivateKey(renewed.certificate, first.privateKey));
    assert.equal(matchesPrivateKey(renewed.certificate, ca.privateKey), false);
  });

  it("of an authority renewed with its key covers what the old one issued", async () => {
    const ca = await authority();
    const leaf = await issueCertificate(leafRequest(ca, { validityDays: 100 }));
    const later = new Date(testTime.getTime() + 50 * dayMs);
    const renewed = await authority({ privateKey: ca.privateKey, now: later, validityDays: 1000 });
    assert.ok(verifyIssuedBy(leaf.certificate, renewed.certificate));
    assert.notEqual(describeCertificate(renewed.certificate).serial, describeCertificate(ca.certificate).serial);
  });

  it("never lives outside its authority's life, since Fabric takes the whole chain or nothing", async () => {
    const ca = await authority({ validityDays: 3 });
    const { notBefore, notAfter } = describeCertificate(ca.certificate);
    const long = describeCertificate((await issueCertificate(leafRequest(ca, { validityDays: 365 }))).certificate);
    assert.deepEqual(long.notAfter, notAfter);
    const early = new Date(notBefore.getTime() + 1000);
    const first = describeCertificate((await issueCertificate(leafRequest(ca, { now: early }))).certificate);
    assert.deepEqual(first.notBefore, notBefore);
  });

  it("may end beyond 2049, where X.509 changes the form of its dates", async () => {
    const ca = await authority({ validityDays: 365 * 40 });
    const { certificate } = await issueCertificate(leafRequest(ca, { validityDays: 365 * 30 }));
    assert.equal(describeCertificate(certificate).notAfter.getUTCFullYear(), 2056);
  });

  it("takes names literally, also those with a meaning in X.500", async () => {
    for (const commonName of ["a, CN=b", "#04", 'say "hi"', "ümlaut 名前", " spaced ", "plus+minus\\"]) {
      const ca = await authority({ commonName, organization: commonName });
      const leaf = await issueCertificate(leafRequest(ca, { commonName }));
      assert.equal(describeCertificate(leaf.certificate).commonName, commonName);
      assert.ok(verifyIssuedBy(leaf.certificate, ca.certificate), commonName);
    }
  });

  it("is signed with the lower s, so that its bytes stay the same wherever Fabric keeps it", async () => {
    const ca = await authority();
    for (let index = 0; index < 20; index++) {
      const { certificate } = await issueCertificate(leafRequest(ca, { commonName: `peer${index}` }));
      assert.ok(scalarS(certificateSignature(certificate)) <= p256Order / 2n);
      assert.ok(verifyIssuedBy(certificate, ca.certificate));
    }
  });

  it("is not issued by an authority of the same name with another key", async () => {
    const [ca, twin] = await Promise.all([authority(), authority()]);
    const { certificate } = await issueCertificate(leafRequest(ca));
    assert.equal(verifyIssuedBy(certificate, twin.certificate), false);
    assert.equal(verifyIssuedBy(ca.certificate, certificate), false);
  });

  it("is refused with every malformed input at once", async () => {
    const ca = await authority();
    await assert.rejects(
      issueCertificate(
        leafRequest(ca, {
          commonName: "",
          organization: "o".repeat(65),
          validityDays: 0,
          dnsNames: ["ok.example", "-bad-", "ok.example"],
          ipAddresses: ["1.2.3"],
        }),
      ),
      {
        name: "InputError",
        message:
          'certificate :\n  commonName: given ""; must be a name of 1 to 64 characters\n' +
          `  organization: given "${"o".repeat(65)}"; must be a name of 1 to 64 characters\n` +
          "  validityDays: given 0; must be a number of days from 1 to 36600, for example 365\n" +
          '  dnsNames[2]: given "ok.example"; must have a DNS name of its own, because dnsNames[0] has it already\n' +
          '  dnsNames[1]: given "-bad-"; must be a DNS name, for example "peer0.org1.svc"\n' +
          '  ipAddresses[0]: given "1.2.3"; must be an IP address, for example "127.0.0.1"',
      },
    );
  });

  it("is refused by an authority that has ended or not begun, with its dates", async () => {
    const ca = await authority({ validityDays: 1 });
    const message = (now: string): string =>
      `certificate peer0.org1:\n  ca.certificate: given "O=org1, CN=ca.org1"; must be valid at ${now}, because it is from ` +
      "2026-06-01T11:55:00.000Z to 2026-06-02T12:00:00.000Z. Renew the authority first";
    for (const now of ["2026-06-02T12:00:00.000Z", "2026-06-01T11:54:59.000Z"]) {
      await assert.rejects(issueCertificate(leafRequest(ca, { now: new Date(now) })), { message: message(now) });
    }
  });

  it("is refused by what is no authority, or has another's key", async () => {
    const [ca, other] = await Promise.all([authority(), authority()]);
    const leaf = await issueCertificate(leafRequest(ca));
    await assert.rejects(issueCertificate(leafRequest(leaf)), {
      message:
        'certificate peer0.org1:\n  ca.certificate: given "O=org1, OU=peer, CN=peer0.org1"; must be the certificate of an authority',
    });
    const mixed = { certificate: ca.certificate, privateKey: other.privateKey };
    await assert.rejects(issueCertificate(leafRequest(mixed)), {
      message: "certificate peer0.org1:\n  ca.privateKey: must belong to the certificate of O=org1, CN=ca.org1",
    });
  });

  it("is refused for unreadable PEM without showing what may be a key", async () => {
    const ca = await authority();
    const swapped = { certificate: ca.privateKey, privateKey: ca.certificate };
    await assert.rejects(issueCertificate(leafRequest(swapped)), {
      message:
        "certificate peer0.org1:\n  ca: must be a certificate with its private key, PEM, because no PEM certificate: found a PEM block PRIVATE KEY, expected -----BEGIN CERTIFICATE-----",
    });
    const damaged = ca.certificate.replace("MI", "AA");
    assert.throws(() => describeCertificate(damaged), /does not hold an X\.509 certificate: it is damaged or cut off/);
    assert.throws(() => describeCertificate(ca.certificate + ca.certificate), /2 PEM certificates where one belongs/);
    await assert.rejects(issueCertificate(leafRequest(ca, { privateKey: "secret" })), (error: unknown) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, /must be an unencrypted PEM block, PKCS#8/);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  });

  it("is one text in canonical form, however its PEM was wrapped", async () => {
    const { certificate } = await authority();
    const base64 = certificate.replace(/-----[^-]+-----|\s/g, "");
    const oneLine = `subject=x\n-----BEGIN CERTIFICATE-----\r\n${base64}\r\n-----END CERTIFICATE-----`;
    assert.equal(canonicalCertificate(oneLine), certificate);
    assert.equal(canonicalCertificate(certificate), certificate);
  });
});

describe("signer", () => {
  it("gives signatures that verify and have the lower s, since Fabric refuses the higher", () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const sign = createSigner(privateKey.export({ format: "pem", type: "pkcs8" }).toString());
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (message) => {
        const signature = sign(message);
        assert.ok(verify("sha256", message, publicKey, signature));
        assert.ok(scalarS(signature) <= p256Order / 2n);
      }),
    );
  });

  it("turns a high s into the low one of the same signature", () => {
    const scalar = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, "0"), "hex");
    for (const s of [1n, p256Order / 2n, p256Order / 2n + 1n, p256Order - 1n]) {
      const low = s > p256Order / 2n ? p256Order - s : s;
      assert.equal(scalarS(encodeLowS(Buffer.concat([scalar(7n), scalar(s)]))), low);
    }
  });

  it("reads SEC 1 keys too, as older tools write them", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const message = Buffer.from("message");
    const signature = createSigner(privateKey.export({ format: "pem", type: "sec1" }).toString())(message);
    assert.ok(verify("sha256", message, createPublicKey(privateKey), signature));
  });

  it("refuses keys that Fabric cannot use, by name", () => {
    const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey;
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const pem = (key: typeof p384): string => key.export({ format: "pem", type: "pkcs8" }).toString();
    assert.throws(() => createSigner(pem(p384)), {
      message: "the private key is ec secp384r1: Fabric signs with EC P-256 (prime256v1)",
    });
    assert.throws(() => createSigner(pem(rsa)), {
      message: "the private key is rsa: Fabric signs with EC P-256 (prime256v1)",
    });
  });
});
