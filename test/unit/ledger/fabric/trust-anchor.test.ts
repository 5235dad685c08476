/** A root that outlives its certificates, for a TLS client. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:tls";
import {
  createCertificateAuthority,
  issueCertificate,
  type CertificateAndKey,
} from "../../../../ledger/fabric/certificate";
import { trustAnchor } from "../../../../ledger/fabric/trust-anchor";

const dayMs = 24 * 60 * 60 * 1000;
const names = { commonName: "tlsca.org1", organization: "org1" };
const longAgo = new Date(Date.now() - 20 * dayMs);
const host = "chaincode.org1.svc";

function authority(change: Partial<Parameters<typeof createCertificateAuthority>[0]> = {}): Promise<CertificateAndKey> {
  return createCertificateAuthority({ ...names, validityDays: 30, now: longAgo, ...change });
}

/** Verdict of a client that trusts `root` alone on a server with a certificate that `ca` issues now. */
async function connectTo(ca: CertificateAndKey, root: string): Promise<string> {
  const { certificate, privateKey } = await issueCertificate({
    ca,
    commonName: "chaincode",
    organization: "org1",
    usage: "tls",
    tlsRole: "server",
    dnsNames: [host],
    ipAddresses: [],
    validityDays: 10,
    now: new Date(),
  });
  const server = createServer({ cert: certificate, key: privateKey }, (socket) => socket.end());
  server.on("tlsClientError", () => undefined);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const client = connect({ host: "127.0.0.1", port, servername: host, ca: root });
  try {
    return await new Promise<string>((resolve) => {
      client.once("secureConnect", () => resolve("connected"));
      client.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  } finally {
    client.destroy();
    server.close();
  }
}

describe("trustAnchor", () => {
  it("is the same for an authority before and after its renewal, so that what holds it need not change", async () => {
    const old = await authority();
    const renewed = await authority({ privateKey: old.privateKey, validityDays: 5000, now: new Date() });
    assert.notEqual(renewed.certificate, old.certificate);
    assert.equal(await trustAnchor(renewed.certificate), await trustAnchor(old.certificate));
    assert.equal(new X509Certificate(await trustAnchor(old.certificate)).validTo, "Dec 31 23:59:59 9999 GMT");
  });

  it("is another one for another key or name, which are another authority", async () => {
    const old = await authority();
    const otherName = await authority({ privateKey: old.privateKey, commonName: "tlsca.org2" });
    const anchors = await Promise.all([old, otherName, await authority()].map((ca) => trustAnchor(ca.certificate)));
    assert.equal(new Set(anchors).size, 3);
  });

  it("vouches for servers with certificates from before and after the renewal", async () => {
    const old = await authority();
    const anchor = await trustAnchor(old.certificate);
    const renewed = await authority({ privateKey: old.privateKey, validityDays: 5000, now: new Date() });
    assert.equal(await connectTo(old, anchor), "connected");
    assert.equal(await connectTo(renewed, anchor), "connected");
  });

  it("vouches for no other certificates", async () => {
    const anchor = await trustAnchor((await authority()).certificate);
    assert.notEqual(await connectTo(await authority(), anchor), "connected");
  });
});
