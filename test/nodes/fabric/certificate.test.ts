/** Certificates against OpenSSL. channel.test.ts shows that Fabric's nodes accept them. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describeCertificate, issueCertificate } from "../../../ledger/fabric/certificate";
import { createRevocationList } from "../../../ledger/fabric/revocation-list";
import { serialOf } from "../../../ledger/fabric/serial-number";
import { withDirectory, writeFiles } from "../../support/files";
import { authority, leafRequest, testTime } from "../../unit/ledger/fabric/certificate-requests";

function openssl(...args: string[]): string {
  return execFileSync("openssl", args, { stdio: ["ignore", "pipe", "pipe"] }).toString();
}

/** `openssl verify` with all its strict options, at NOW. */
function opensslVerifies(ca: string, certificate: string, purpose: string): boolean {
  return withDirectory((directory) => {
    writeFiles(directory, { "ca.pem": ca, "cert.pem": certificate });
    const time = String(Math.floor(testTime.getTime() / 1000));
    const options = ["-x509_strict", "-check_ss_sig", "-attime", time, "-purpose", purpose];
    const output = openssl("verify", ...options, "-CAfile", join(directory, "ca.pem"), join(directory, "cert.pem"));
    return output.trim().endsWith(": OK");
  });
}

describe("certificate beside OpenSSL", () => {
  it("passes the strict check, for signing and for both ends of TLS", async () => {
    const ca = await authority();
    const signing = await issueCertificate(leafRequest(ca));
    const tls = await issueCertificate(
      leafRequest(ca, {
        usage: "tls",
        nodeOu: undefined,
        dnsNames: ["peer0.org1.svc", "*.org1"],
        ipAddresses: ["127.0.0.1", "::1"],
      }),
    );
    assert.ok(opensslVerifies(ca.certificate, signing.certificate, "any"));
    assert.ok(opensslVerifies(ca.certificate, tls.certificate, "sslserver"));
    assert.ok(opensslVerifies(ca.certificate, tls.certificate, "sslclient"));
  });

  it("has the extensions Fabric and TLS ask for, and no wider use", async () => {
    const ca = await authority();
    const text = (certificate: string): string =>
      withDirectory((directory) => {
        writeFiles(directory, { "cert.pem": certificate });
        return openssl("x509", "-in", join(directory, "cert.pem"), "-noout", "-text");
      });
    const identifier = /X509v3 Subject Key Identifier:\s+([0-9A-F:]{59})/.exec(text(ca.certificate))?.[1];
    assert.ok(identifier);
    assert.match(text(ca.certificate), /Basic Constraints: critical\s+CA:TRUE, pathlen:0\s/);
    assert.match(text(ca.certificate), /Key Usage: critical\s+Certificate Sign, CRL Sign\n/);
    const signing = text((await issueCertificate(leafRequest(ca))).certificate);
    assert.match(signing, /Basic Constraints: critical\s+CA:FALSE\s/);
    assert.match(signing, /Key Usage: critical\s+Digital Signature\n/);
    assert.ok(signing.includes(`Authority Key Identifier: \n                ${identifier}`));
    assert.doesNotMatch(signing, /Extended Key Usage|Alternative Name/);
    const tls = text((await issueCertificate(leafRequest(ca, { usage: "tls" }))).certificate);
    assert.match(tls, /Extended Key Usage: \s+TLS Web Server Authentication, TLS Web Client Authentication\n/);
  });

  it("passes with attributes, which stand in it as chaincode reads them", async () => {
    const ca = await authority();
    const attributes = { role: "auditor", limit: "1000", "hf.Affiliation": "" };
    const { certificate } = await issueCertificate(leafRequest(ca, { attributes }));
    assert.ok(opensslVerifies(ca.certificate, certificate, "any"));
    const text = withDirectory((directory) => {
      writeFiles(directory, { "cert.pem": certificate });
      return openssl("x509", "-in", join(directory, "cert.pem"), "-noout", "-text");
    });
    assert.ok(
      text.includes(
        '1.2.3.4.5.6.7.8.1: \n                {"attrs":{"hf.Affiliation":"","limit":"1000","role":"auditor"}}\n',
      ),
    );
  });

  it("of one end of TLS is no certificate for the other", async () => {
    const ca = await authority();
    for (const [tlsRole, other] of [
      ["server", "client"],
      ["client", "server"],
    ] as const) {
      const { certificate } = await issueCertificate(leafRequest(ca, { usage: "tls", tlsRole, nodeOu: undefined }));
      assert.ok(opensslVerifies(ca.certificate, certificate, `ssl${tlsRole}`));
      assert.throws(
        () => opensslVerifies(ca.certificate, certificate, `ssl${other}`),
        /unsuitable certificate purpose/,
      );
    }
  });

  it("is revoked by its authority's list, and no other is", async () => {
    const ca = await authority();
    const [gone, staying] = await Promise.all([issueCertificate(leafRequest(ca)), issueCertificate(leafRequest(ca))]);
    const revoked = [{ serial: serialOf(gone.certificate), revokedAt: testTime.toISOString() }];
    const list = await createRevocationList({ ca, number: 1, revoked, now: testTime });
    withDirectory((directory) => {
      const files = { "ca.pem": ca.certificate, "list.pem": list, "gone.pem": gone.certificate };
      writeFiles(directory, { ...files, "staying.pem": staying.certificate });
      const [caFile, listFile] = [join(directory, "ca.pem"), join(directory, "list.pem")];
      const time = String(Math.floor(testTime.getTime() / 1000));
      const verify = (name: string): string => {
        const options = ["-x509_strict", "-attime", time, "-crl_check", "-CRLfile", listFile, "-CAfile", caFile];
        return openssl("verify", ...options, join(directory, name));
      };
      assert.match(verify("staying.pem"), /: OK\s*$/);
      assert.throws(() => verify("gone.pem"), /certificate revoked/);
    });
  });

  it("passes when it ends beyond 2049, where X.509 changes the form of its dates", async () => {
    const ca = await authority({ validityDays: 365 * 40 });
    const { certificate } = await issueCertificate(leafRequest(ca, { validityDays: 365 * 30 }));
    assert.equal(describeCertificate(certificate).notAfter.getUTCFullYear(), 2056);
    assert.ok(opensslVerifies(ca.certificate, certificate, "any"));
  });

  it("passes with names that X.500 would read something into", async () => {
    for (const commonName of ["a, CN=b", "#04", 'say "hi"', "ümlaut 名前", " spaced ", "plus+minus\\"]) {
      const ca = await authority({ commonName, organization: commonName });
      const leaf = await issueCertificate(leafRequest(ca, { commonName }));
      assert.ok(opensslVerifies(ca.certificate, leaf.certificate, "any"), commonName);
    }
  });
});
