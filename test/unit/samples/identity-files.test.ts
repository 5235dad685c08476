import assert from "node:assert/strict";
import { createCertificateAuthority, type CertificateAndKey } from "../../../ledger/fabric/certificate";
import { localMsp } from "../../../ledger/fabric/msp";
import { identityFiles, type IdentityOutputs } from "../../../samples/client/identity-files";

describe("sample client: folders for Fabric's own programs", () => {
  let authority: CertificateAndKey;
  const someone = { certificate: "", privateKey: "" };

  before(async () => {
    authority = await createCertificateAuthority({
      commonName: "ca.org1",
      organization: "org1",
      validityDays: 30,
      now: new Date(),
    });
    someone.certificate = authority.certificate;
    someone.privateKey = "key";
  });

  function outputs(monitoringTls?: typeof someone): IdentityOutputs {
    const { certificate } = authority;
    const identities = { administrator: someone, monitoringTls };
    return {
      organizations: {
        org1: {
          mspId: "Org1MSP",
          caCertificate: certificate,
          gateway: { tlsCaCertificate: certificate },
          client: someone,
          ...identities,
        },
      },
      ordererOrganizations: {
        orderer: {
          mspId: "OrdererMSP",
          caCertificate: certificate,
          tlsCaCertificate: certificate,
          administratorTls: someone,
          ...identities,
        },
      },
    };
  }

  const msp = (folder: string) =>
    ["cacerts/ca-00.pem", "config.yaml", "keystore/key.pem", "signcerts/cert-00.pem", "tlscacerts/tlsca-00.pem"].map(
      (file) => `${folder}/msp/${file}`,
    );
  const tls = (folder: string) => [`${folder}/tls/client.crt`, `${folder}/tls/client.key`];

  it("hold an MSP for signing, a TLS folder for connections, and the CA to trust", () => {
    assert.deepEqual(
      Object.keys(identityFiles(outputs())).sort(),
      [
        "core.yaml",
        ...msp("org1/administrator"),
        ...msp("org1/client"),
        "org1/tlsca.pem",
        ...msp("orderer/administrator"),
        ...tls("orderer/administrator"),
        "orderer/tlsca.pem",
      ].sort(),
    );
  });

  it("hold the MSP that nodes of the network have themselves", () => {
    const { certificate } = authority;
    const msp = { mspId: "Org1MSP", caCertificates: [certificate], tlsCaCertificates: [certificate] };
    const files = identityFiles(outputs());
    for (const [path, text] of Object.entries(localMsp({ msp, ...someone }))) {
      assert.equal(files[`org1/client/msp/${path}`], text, path);
    }
  });

  it("have whom monitoring connects as, where the network has one", () => {
    const files = identityFiles(outputs(someone));
    const added = Object.keys(files).filter((file) => !(file in identityFiles(outputs())));
    assert.deepEqual(added.sort(), [...tls("orderer/monitoring"), ...tls("org1/monitoring")]);
    assert.equal(files["org1/monitoring/tls/client.key"], "key");
  });
});
