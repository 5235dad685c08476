/**
 * The pki resources under the real engine: previews, state, secrets, new certificates for old keys, replacement.
 * Renewal by time needs an adjustable clock: test/unit/provider/certificate.test.ts.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describeCertificate, matchesPrivateKey, verifyIssuedBy } from "../../ledger/fabric/certificate";
import { PulumiProgram } from "../support/pulumi-program";

const source = `
import { Certificate, CertificateAuthority } from "provider/sdk";
const input = require("./input.json");
const ca = new CertificateAuthority("ca", { commonName: "ca.org1", organization: "org1", ...input.ca });
const peer = new Certificate("peer", {
  caCertificate: ca.certificate, caPrivateKey: ca.privateKey,
  commonName: "peer0", organization: "org1", usage: "tls", dnsNames: ["peer0.org1"], ...input.peer,
});
export const caCertificate = ca.certificate;
export const certificate = peer.certificate;
export const privateKey = peer.privateKey;
export const caPrivateKey = ca.privateKey;
`;

interface Outputs {
  caCertificate: string;
  certificate: string;
  privateKey: string;
  caPrivateKey: string;
}

describe("pki resources under the engine", function () {
  this.timeout(120_000);
  let program: PulumiProgram;
  let first: Outputs;

  before(async () => {
    program = await PulumiProgram.create(source);
  });
  after(() => program.remove());

  it("previews everything before anything exists, since names alone decide what is made", async () => {
    assert.match(await program.succeed("preview"), /ledger:pki:Certificate peer create/);
  });

  it("makes a CA and a certificate that belongs to it", async () => {
    await program.up();
    first = await program.outputs<Outputs>();
    assert.ok(verifyIssuedBy(first.certificate, first.caCertificate));
    assert.ok(matchesPrivateKey(first.certificate, first.privateKey));
  });

  it("keeps private keys out of the state file and of everything the engine prints", async () => {
    const printed = await program.succeed("stack", "output", "--json");
    for (const text of [program.stateText(), printed]) {
      assert.doesNotMatch(text, /PRIVATE KEY/);
      assert.doesNotMatch(text, new RegExp(keyBody(first.privateKey)));
    }
  });

  it("keeps the state in files that are replaced at once, so that a killed engine leaves none half written", () => {
    assert.deepEqual(program.stateFiles().sort(), ["test.json", "test.json.bak"]);
  });

  it("changes nothing the second time", async () => {
    assert.match(await program.up("--expect-no-changes"), /3 unchanged/);
  });

  it("gives the same key a certificate with the new names, and previews exactly that", async () => {
    program.setInput({ peer: { dnsNames: ["peer0.org1", "peer0.example.com"] } });
    const preview = await program.succeed("preview", "--diff");
    assert.match(preview, /~ ledger:pki:Certificate: \(update\)/);
    assert.match(preview, /\+ \[1\]: "peer0.example.com"/);
    assert.doesNotMatch(preview, /replace/);
    await program.up();
    const next = await program.outputs<Outputs>();
    assert.equal(next.privateKey, first.privateKey);
    assert.notEqual(next.certificate, first.certificate);
    assert.deepEqual(describeCertificate(next.certificate).dnsNames, ["peer0.org1", "peer0.example.com"]);
  });

  it("issues anew with the same leaf key when the CA gets another key, and shows the unknown in the preview", async () => {
    program.setInput({ ca: { organization: "org1b" } });
    const preview = await program.succeed("preview", "--diff");
    assert.match(preview, /ledger:pki:CertificateAuthority: \(replace\)/);
    assert.match(preview, /~ ledger:pki:Certificate: \(update\)/);
    await program.up();
    const next = await program.outputs<Outputs>();
    assert.equal(next.privateKey, first.privateKey);
    assert.ok(verifyIssuedBy(next.certificate, next.caCertificate));
  });

  it("leaves certificates alone when their CA only renews its own", async () => {
    const before = await program.outputs<Outputs>();
    program.setInput({ ca: { organization: "org1b", validityDays: 4000 } });
    assert.match(await program.up(), /1 updated/);
    const next = await program.outputs<Outputs>();
    assert.notEqual(next.caCertificate, before.caCertificate);
    assert.equal(next.caPrivateKey, before.caPrivateKey);
    assert.equal(next.certificate, before.certificate);
    assert.ok(verifyIssuedBy(next.certificate, next.caCertificate));
  });

  it("replaces key and certificate when the subject changes, since that is another identity", async () => {
    program.setInput({ ca: { organization: "org1b", validityDays: 4000 }, peer: { commonName: "peer1" } });
    assert.match(await program.succeed("preview", "--diff"), /ledger:pki:Certificate: \(replace\)/);
    await program.up();
    assert.notEqual((await program.outputs<Outputs>()).privateKey, first.privateKey);
  });

  it("refreshes without a difference", async () => {
    assert.match(await program.succeed("refresh", "--yes", "--skip-preview"), /3 unchanged/);
  });

  it("reports every wrong input at once, with its path", async () => {
    program.setInput({ peer: { usage: "both", validityDays: 0, dnsName: "peer0" } });
    const { exit, text } = await program.start("preview").outcome;
    assert.notEqual(exit, 0);
    assert.match(text, /usage: given "both"; must be one of "signing", "tls"/);
    assert.match(text, /validityDays: given 0; must be a whole number from 1 to 36500/);
    assert.match(text, /dnsName: must be left out\. Properties here are caCertificate/);
  });

  it("refuses an import with the reason", async () => {
    const { exit, text } = await program.start("import", "ledger:pki:CertificateAuthority", "other", "x", "--yes")
      .outcome;
    assert.notEqual(exit, 0);
    assert.match(text, /cannot be imported/);
  });

  it("forgets everything on destroy", async () => {
    program.setInput({});
    await program.succeed("destroy", "--yes", "--skip-preview");
    assert.deepEqual(await program.resources(), []);
  });
});

/** Part of the key that no line wrapping changes. */
function keyBody(pem: string): string {
  const body = pem.split("\n")[1] ?? createHash("sha256").update(pem).digest("hex");
  return body.slice(10, 40).replaceAll(/[+/]/g, ".");
}
