/** Ways from a certificate to the roots of an organisation. */
import "reflect-metadata";
import assert from "node:assert/strict";
import * as x509 from "@peculiar/x509";
import { issueCertificate, type CertificateAndKey } from "../../../../ledger/fabric/certificate";
import { chainsToRoot } from "../../../../ledger/fabric/certificate-chain";
import { parsePrivateKey } from "../../../../ledger/fabric/sign";
import { buildCertificate, signCertificate } from "../../../../lib/x509/certificate";
import { authority, leafRequest } from "./certificate-requests";

describe("a chain of certificates", () => {
  /** The authority's certificate as another one issues it. */
  async function issuedBy(issuer: CertificateAndKey, own: CertificateAndKey): Promise<string> {
    const above = new x509.X509Certificate(issuer.certificate);
    const { subjectName, publicKey, notBefore, notAfter, extensions } = new x509.X509Certificate(own.certificate);
    const fields = { subject: subjectName, issuer: above.subjectName, notBefore, notAfter, extensions };
    const unsigned = await buildCertificate({ ...fields, publicKey: new Uint8Array(publicKey.rawData) });
    return signCertificate(unsigned, parsePrivateKey(issuer.privateKey));
  }

  it("leads to a root directly or by intermediates in any order, and needs each of them", async () => {
    const [root, upper, lower] = await Promise.all(
      ["ca", "upper", "lower"].map((commonName) => authority({ commonName })),
    );
    assert.ok(root && upper && lower);
    const [first, second] = [await issuedBy(root, upper), await issuedBy(upper, lower)];
    const { certificate } = await issueCertificate(leafRequest(lower));
    assert.ok(chainsToRoot(certificate, [lower.certificate]));
    assert.ok(chainsToRoot(certificate, [root.certificate], [first, second]));
    assert.ok(chainsToRoot(certificate, [root.certificate], [second, first]));
    assert.ok(!chainsToRoot(certificate, [root.certificate], [second]));
    assert.ok(!chainsToRoot(certificate, [root.certificate], [first]));
  });

  it("is looked for once by each intermediate, although all of them may have issued one another", async () => {
    const { privateKey } = await authority();
    const twins = await Promise.all(
      Array.from({ length: 10 }, (_, index) => authority({ privateKey, validityDays: 100 + index })),
    );
    const [first] = twins;
    assert.ok(first);
    const { certificate } = await issueCertificate(leafRequest(first));
    const all = twins.map((twin) => twin.certificate);
    assert.equal(new Set(all).size, 10);
    // Ten ways at each of eight steps would take hours.
    assert.ok(!chainsToRoot(certificate, [(await authority()).certificate], all));
    assert.ok(chainsToRoot(certificate, [first.certificate], all));
  });
});
