/**
 * MSP directories and their channel half. test/nodes/fabric/genesis.test.ts shows that configtxgen makes the channel
 * half from the directory; channel.test.ts beside it shows that nodes start with a directory.
 */
import assert from "node:assert/strict";
import { FabricMSPConfig } from "@hyperledger/fabric-protos/lib/msp/msp_config_pb";
import { parse } from "yaml";
import {
  fabricMspConfig,
  localMsp,
  mspPrivateKey,
  updateFabricMspConfig,
  verifyingMsp,
} from "../../../../ledger/fabric/msp";
import { createRevocationList } from "../../../../ledger/fabric/revocation-list";
import { createAuthority, fixtureNetwork, testTime, type Network } from "./fixtures";

const roles = ["Client", "Peer", "Admin", "Orderer"];

describe("MSP", () => {
  let network: Network;

  before(async () => {
    network = await fixtureNetwork();
  });

  it("of a node holds exactly the files Fabric reads, the key apart from the rest", () => {
    const { msp, nodes } = network.org1;
    const { certificate, privateKey } = nodes[0]!.identity;
    const files = localMsp({ msp, certificate, privateKey });
    const { "config.yaml": config, ...rest } = files;
    const parsed = parse(config ?? "") as unknown;
    assert.deepEqual(rest, {
      "cacerts/ca-00.pem": msp.caCertificates[0],
      "tlscacerts/tlsca-00.pem": msp.tlsCaCertificates[0],
      "signcerts/cert-00.pem": certificate,
      [mspPrivateKey]: privateKey,
    });
    const identifiers = roles.map(
      (role) =>
        [
          `${role}OUIdentifier`,
          { Certificate: "cacerts/ca-00.pem", OrganizationalUnitIdentifier: role.toLowerCase() },
        ] as const,
    );
    assert.deepEqual(parsed, { NodeOUs: { Enable: true, ...Object.fromEntries(identifiers) } });
  });

  it("has revocation lists in a folder of their own, and in the channel byte for byte as others wrote them", async () => {
    const { msp, ca } = network.org1;
    const list = (number: number) => createRevocationList({ ca, number, revoked: [], now: testTime });
    const [theirs, ours] = await Promise.all([list(1), list(2)]);
    const der = Buffer.from(theirs.replace(/-----[^-]*-----/g, ""), "base64");
    const both = { ...msp, revocationLists: [theirs, ours] };
    const files = verifyingMsp(both);
    assert.deepEqual([files["crls/crl-00.pem"], files["crls/crl-01.pem"]], [theirs, ours]);
    const config = new FabricMSPConfig();
    config.setRevocationListList([der]);
    const lists = () =>
      updateFabricMspConfig(config, both)
        .getRevocationListList_asU8()
        .map((each) => Buffer.from(each));
    assert.deepEqual(lists(), [der, Buffer.from(ours)]);
    updateFabricMspConfig(config, msp);
    assert.equal(config.getRevocationListList().length, 2, "an MSP that names none leaves them alone");
  });

  it("of an organisation holds no identity", () => {
    assert.deepEqual(Object.keys(verifyingMsp(network.org1.msp)), [
      "cacerts/ca-00.pem",
      "tlscacerts/tlsca-00.pem",
      "config.yaml",
    ]);
  });

  it("with two authorities takes roles from both, since one bound to the old would shut out the new", async () => {
    const second = await createAuthority("ca2.org1", "org1");
    const { msp } = network.org1;
    const both = { ...msp, caCertificates: [...msp.caCertificates, second.certificate] };
    const config = parse(verifyingMsp(both)["config.yaml"] ?? "") as { NodeOUs: Record<string, object> };
    assert.deepEqual(config.NodeOUs["PeerOUIdentifier"], { OrganizationalUnitIdentifier: "peer" });
    const units = FabricMSPConfig.deserializeBinary(fabricMspConfig(both).getConfig_asU8()).getFabricNodeOus();
    assert.equal(units?.getPeerOuIdentifier()?.getCertificate_asB64(), "");
  });

  it("lists authorities in the order of their file names, which is the order Fabric reads them in", async () => {
    const more = await Promise.all(
      Array.from({ length: 11 }, (_, index) => createAuthority(`ca${index}.org1`, "org1")),
    );
    const msp = { ...network.org1.msp, caCertificates: more.map(({ certificate }) => certificate) };
    const files = verifyingMsp(msp);
    const inFileOrder = Object.keys(files)
      .filter((path) => path.startsWith("cacerts/"))
      .sort()
      .map((path) => files[path]);
    assert.deepEqual(inFileOrder, msp.caCertificates);
  });

  it("names the file a wrong certificate was meant for", () => {
    const { msp, nodes } = network.org1;
    const { privateKey } = nodes[0]!.identity;
    assert.throws(() => localMsp({ msp, certificate: privateKey, privateKey }), {
      message:
        "MSP file signcerts/cert-00.pem: no PEM certificate: found a PEM block PRIVATE KEY, expected -----BEGIN CERTIFICATE-----",
    });
  });
});
