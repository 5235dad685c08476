/** Pure parts of the Fabric components. End-to-end tests show that Fabric accepts their output. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import "reflect-metadata";
import { parse } from "yaml";
import { buildConnectionProfile } from "../../../../components/fabric/connection-profile";
import { chaincodeServiceName, serviceTlsNames } from "../../../../components/fabric/names";
import {
  buildChannelConfig,
  consenterPart,
  ordererPart,
  peerPart,
} from "../../../../components/fabric/specs/channel-config";
import { buildKeyFiles, keyFileItems } from "../../../../components/fabric/specs/key-files";
import { buildOrdererConfig } from "../../../../components/fabric/specs/orderer-config";
import { buildPeerConfig } from "../../../../components/fabric/specs/peer-config";
import { createCertificateAuthority, issueCertificate } from "../../../../ledger/fabric/certificate";
import { fabricOf, read } from "../../config/read";

const now = new Date("2026-01-01T00:00:00Z");

describe("key files", () => {
  it("are mounted where they are made, since the pod's list is written before any certificate is known", async () => {
    const ca = await createCertificateAuthority({ commonName: "ca", organization: "org1", validityDays: 100, now });
    const subject = {
      ca,
      commonName: "peer0",
      organization: "org1",
      dnsNames: [],
      ipAddresses: [],
      validityDays: 10,
      now,
    };
    const signing = await issueCertificate({ ...subject, nodeOu: "peer", usage: "signing" });
    const files = buildKeyFiles({
      msp: { mspId: "Org1MSP", caCertificates: [ca.certificate], tlsCaCertificates: [ca.certificate] },
      ...signing,
      tlsCertificate: "tls certificate",
      tlsPrivateKey: "tls key",
    });
    assert.deepEqual(
      Object.keys(files).sort(),
      keyFileItems()
        .map(({ key }) => key)
        .sort(),
    );
    assert.ok(Object.keys(files).every((key) => /^[-._a-zA-Z0-9]+$/.test(key)));
    assert.equal(files["tls.server.key"], "tls key");
    assert.equal(
      new X509Certificate(files["msp.signcerts.cert-00.pem"] ?? "").subject,
      new X509Certificate(signing.certificate).subject,
    );
    assert.equal(files["msp.keystore.key.pem"], signing.privateKey);
  });
});

describe("settings of nodes", () => {
  interface Listener {
    ListenAddress: string;
    TLS: { Enabled: boolean; ClientAuthRequired: boolean };
  }

  it("have TLS on every listener of an orderer, and want a certificate for its admin port", () => {
    const config = parse(buildOrdererConfig("OrdererMSP")) as Record<"General" | "Admin" | "Operations", Listener>;
    const listeners = [config.General, config.Admin, config.Operations];
    assert.deepEqual(
      listeners.map(({ TLS }) => [TLS.Enabled, TLS.ClientAuthRequired]),
      [
        [true, false],
        [true, true],
        [true, false],
      ],
    );
    assert.deepEqual([config.Admin.ListenAddress, config.Operations.ListenAddress], ["0.0.0.0:7053", "0.0.0.0:8443"]);
  });

  const spec = {
    id: "peer0.org1",
    network: "net",
    mspId: "Org1MSP",
    host: "peer0.net-org1.svc.cluster.local",
    bootstrap: ["peer1.net-org1.svc.cluster.local:7051"],
    stateDatabase: "goleveldb" as const,
    version: "3.1.5",
  };
  interface CoreConfig {
    peer: {
      gossip: { externalEndpoint: string };
      tls: { enabled: boolean };
      handlers: { authFilters: { name: string }[] };
      deliveryclient: { blockGossipEnabled: boolean };
    };
    vm: { endpoint: string };
    chaincode: { externalBuilders: { name: string }[] };
    operations: { tls: { enabled: boolean } };
    ledger: {
      state: { stateDatabase: string; couchDBConfig?: Record<string, unknown> };
    };
  }
  const core = (change: Partial<Parameters<typeof buildPeerConfig>[0]> = {}) =>
    parse(buildPeerConfig({ ...spec, ...change })) as CoreConfig;

  it("tell a peer that there is no Docker but the ccaas builder, or it never gets ready", () => {
    assert.equal(core().vm.endpoint, "");
    assert.deepEqual(
      core().chaincode.externalBuilders.map(({ name }) => name),
      ["ccaas_builder"],
    );
  });

  it("have TLS on every listener of a peer and make it known to other organisations", () => {
    assert.deepEqual([core().peer.tls.enabled, core().operations.tls.enabled], [true, true]);
    assert.equal(core().peer.gossip.externalEndpoint, "peer0.net-org1.svc.cluster.local:7051");
    assert.equal(core().peer.deliveryclient.blockGossipEnabled, false);
  });

  it("check the time window from the release on that can", () => {
    const filters = (version: string) => core({ version }).peer.handlers.authFilters.map(({ name }) => name);
    assert.deepEqual(filters("3.1.5"), ["DefaultAuth", "ExpirationCheck", "TimeWindowCheck"]);
    assert.deepEqual(filters("3.0.0"), ["DefaultAuth", "ExpirationCheck"]);
    assert.deepEqual(filters("2.5.16"), ["DefaultAuth", "ExpirationCheck"]);
  });

  it("send a peer with CouchDB to its own pod, and outlast a restart of that container", () => {
    const { stateDatabase, couchDBConfig } = core({ stateDatabase: "couchdb" }).ledger.state;
    assert.equal(stateDatabase, "CouchDB");
    assert.equal(couchDBConfig?.couchDBAddress, "127.0.0.1:5984");
    // Each wait is twice the previous one, from 125 ms on.
    const retries = Number(couchDBConfig.maxRetries);
    assert.ok(0.125 * (2 ** retries - 1) > 10, `${retries} retries`);
    assert.equal(core().ledger.state.couchDBConfig, undefined);
  });

  it("name no user and no password, since a peer logs what the environment puts into the keys of its file", () => {
    const { couchDBConfig } = core({ stateDatabase: "couchdb" }).ledger.state;
    assert.deepEqual(
      Object.keys(couchDBConfig ?? {}).filter((key) => /user|pass/i.test(key)),
      [],
    );
  });
});

describe("buildChannelConfig", () => {
  const channel = (consensus: string) => {
    const { config } = read(`
cluster: { vendor: local }
network:
  type: fabric
  fabric:
    ordererOrganizations: [{ name: orderer, orderers: 4 }]
    peerOrganizations: [{ name: org1, peers: 3 }]
    channels: [{ name: trade, consensus: ${consensus}, batch: { timeout: 200ms } }]
`);
    const entry = fabricOf(config).channels[0];
    assert.ok(entry !== undefined && entry.founder === undefined);
    return entry;
  };
  const msp = (mspId: string) => ({
    mspId,
    caCertificate: `${mspId} ca`,
    tlsCaCertificate: `${mspId} tls`,
    revocationLists: [`${mspId} list`],
  });
  const fabricMsp = (mspId: string) => ({
    mspId,
    caCertificates: [`${mspId} ca`],
    tlsCaCertificates: [`${mspId} tls`],
    revocationLists: [`${mspId} list`],
  });
  const orderers = ["o0", "o1"].map((host) => ({ host, port: 7050 }));
  const peers = ["p0", "p1", "p2"].map((host) => ({ host, port: 7051 }));
  const built = (consensus: string) =>
    buildChannelConfig({
      channel: channel(consensus),
      ordererOrganizations: [ordererPart({ name: "orderer", msp: msp("OrdererMSP"), endpoints: orderers })],
      peerOrganizations: [peerPart({ name: "org1", msp: msp("Org1MSP"), endpoints: peers })],
      consenters: [
        consenterPart({ mspId: "OrdererMSP", endpoint: orderers[0]!, certificate: "c0", tlsCertificate: "t0" }),
        consenterPart({ mspId: "OrdererMSP", endpoint: orderers[1]!, certificate: "c1", tlsCertificate: "t1" }),
      ],
    });

  it("turns the stack file's words into Fabric's", () => {
    assert.deepEqual(built("etcdraft"), {
      channelId: "trade",
      consensus: "etcdraft",
      ordererOrganizations: [
        {
          name: "orderer",
          msp: fabricMsp("OrdererMSP"),
          endpoints: [
            { host: "o0", port: 7050 },
            { host: "o1", port: 7050 },
          ],
        },
      ],
      peerOrganizations: [
        {
          name: "org1",
          msp: fabricMsp("Org1MSP"),
          anchorPeers: [
            { host: "p0", port: 7051 },
            { host: "p1", port: 7051 },
          ],
        },
      ],
      consenters: ["0", "1"].map((n) => ({
        mspId: "OrdererMSP",
        host: `o${n}`,
        port: 7050,
        identity: `c${n}`,
        clientTlsCertificate: `t${n}`,
        serverTlsCertificate: `t${n}`,
      })),
      batch: { timeout: "200ms", maxMessageCount: 500, absoluteMaxBytes: 10485760, preferredMaxBytes: 2097152 },
      capabilities: { channel: "V2_0", orderer: "V2_0", application: "V2_5" },
    });
  });

  it("raises the channel's capability for BFT, which does not exist below", () => {
    assert.deepEqual(built("BFT").capabilities, { channel: "V3_0", orderer: "V2_0", application: "V2_5" });
  });
});

describe("names", () => {
  it("carry every form of a Service that resolves in the cluster, and the public one", () => {
    const place = { namespace: "net-org1", dnsDomain: "cluster.local" };
    assert.deepEqual(serviceTlsNames("peer0", place), [
      "peer0",
      "peer0.net-org1",
      "peer0.net-org1.svc",
      "peer0.net-org1.svc.cluster.local",
    ]);
    assert.equal(serviceTlsNames("peer0", { ...place, domain: "example.com" }).at(-1), "peer0.example.com");
  });

  it("of chaincodes are DNS labels with the version in them, so that versions run side by side", () => {
    assert.equal(chaincodeServiceName("trade", "Asset_Transfer", "1.0"), "trade-asset-transfer-1-0");
    assert.equal(chaincodeServiceName("my.channel", "cc", "2.0+rc."), "my-channel-cc-2-0-rc");
  });
});

describe("buildConnectionProfile", () => {
  it("leads clients to the gateway first, under the name its peers' certificates carry", () => {
    const profile = buildConnectionProfile({
      network: "net",
      organization: "org1",
      mspId: "Org1MSP",
      gatewayEndpoint: "192.0.2.10:7051",
      gatewayHost: "gateway.net-org1.svc.cluster.local",
      peers: [{ name: "peer0", host: "peer0.net-org1.svc.cluster.local", port: 7051 }],
      tlsCaCertificate: "PEM",
    });
    assert.deepEqual(profile, {
      name: "net-org1",
      version: "1.0.0",
      client: { organization: "org1" },
      organizations: { org1: { mspid: "Org1MSP", peers: ["gateway.org1", "peer0.org1"] } },
      peers: {
        "gateway.org1": {
          url: "grpcs://192.0.2.10:7051",
          tlsCACerts: { pem: "PEM" },
          grpcOptions: {
            "ssl-target-name-override": "gateway.net-org1.svc.cluster.local",
            hostnameOverride: "gateway.net-org1.svc.cluster.local",
          },
        },
        "peer0.org1": {
          url: "grpcs://peer0.net-org1.svc.cluster.local:7051",
          tlsCACerts: { pem: "PEM" },
          grpcOptions: {
            "ssl-target-name-override": "peer0.net-org1.svc.cluster.local",
            hostnameOverride: "peer0.net-org1.svc.cluster.local",
          },
        },
      },
    });
  });
});
