/** Documents of other companies: read as they were written, and refused in every other case. */
import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { InputError, problem } from "../../../../../lib/problem";
import type { ChannelConfig } from "../../../../../ledger/fabric/channel-config";
import type { Collection } from "../../../../../ledger/fabric/collections";
import { planConfigUpdates } from "../../../../../ledger/fabric/config-update";
import { exchangeText, readExchange, type ExchangeDocument } from "../../../../../ledger/fabric/consortium/exchange";
import { checkFingerprint, partnerFingerprint } from "../../../../../ledger/fabric/consortium/fingerprint";
import { proposalDigest, proposalEnvelope } from "../../../../../ledger/fabric/consortium/proposal";
import { buildGenesisBlock } from "../../../../../ledger/fabric/genesis";
import { genesisConfig } from "../config-edits";
import { fixtureNetwork, testTime, raftChannel, type Network } from "../fixtures";

describe("exchange document", () => {
  let network: Network;
  let channel: ChannelConfig;
  let document: ExchangeDocument;
  let text: string;

  before(async () => {
    network = await fixtureNetwork();
    channel = raftChannel(network);
    const wished = { ...channel, batch: { ...channel.batch, timeout: "1s" } };
    const { update } = planConfigUpdates("trade", genesisConfig(channel), wished)[0]!;
    const digest = proposalDigest(update);
    document = {
      organizations: [
        ...channel.ordererOrganizations.map((organization) => ({
          role: "orderer" as const,
          ...organization,
          consenters: channel.consenters,
        })),
        ...channel.peerOrganizations.map((organization) => ({ role: "peer" as const, ...organization })),
      ],
      channels: [
        {
          name: "trade",
          genesisBlock: Buffer.from(buildGenesisBlock(channel)),
          sequence: 7,
          members: ["Org1MSP", "Org2MSP"],
        },
      ],
      proposals: [{ channel: "trade", digest, sequence: 0, envelope: Buffer.from(proposalEnvelope("trade", update)) }],
      signatures: [{ digest, mspId: "Org1MSP", signature: Buffer.from("signature") }],
      chaincodes: [
        {
          channel: "trade",
          mspId: "Org1MSP",
          name: "asset",
          version: "1.0",
          sequence: 2,
          endorsementPolicy: "OR('Org1MSP.peer')",
          initRequired: false,
          collections: [
            collection("open"),
            collection("closed", { endorsementPolicy: "/Channel/Application/Endorsement" }),
            collection("own", { endorsementPolicy: "OR('Org1MSP.peer')" }),
          ],
        },
      ],
    };
    text = exchangeText(document);
  });

  function collection(name: string, more: Partial<Collection> = {}): Collection {
    const policy = "OR('Org1MSP.member')";
    const rights = { blockToLive: 0, memberOnlyRead: false, memberOnlyWrite: false };
    return { name, policy, requiredPeerCount: 0, maxPeerCount: 1, ...rights, ...more };
  }

  /** The document with another value at a place, as somebody edits it by hand. */
  function edited(place: string, value: unknown): string {
    const root = JSON.parse(text) as Record<string, unknown>;
    const keys = place.match(/[^.[\]]+/g) ?? [];
    const parent = keys.slice(0, -1).reduce((part, key) => part[key] as Record<string, unknown>, root);
    parent[keys.at(-1) ?? ""] = value;
    return JSON.stringify(root);
  }

  function problemsOf(given: string, now = testTime): string[] {
    try {
      readExchange(given, { name: "acme", now });
    } catch (error) {
      assert.ok(error instanceof InputError, String(error));
      return error.problems.map(({ path, message }) => `${path}: ${message}`);
    }
    return [];
  }

  it("is read as it was written, and does not depend on the order of lists", () => {
    const byName = [...document.organizations].sort((a, b) => (a.name < b.name ? -1 : 1));
    assert.deepEqual(readExchange(text, { name: "acme", now: testTime }), { ...document, organizations: byName });
    assert.equal(exchangeText({ ...document, organizations: [...document.organizations].reverse() }), text);
  });

  it("holds no private key", () => {
    assert.doesNotMatch(text, /PRIVATE KEY|UFJJVkFURSBLRVk/);
  });

  it("is refused when it is no document, another version, too long, or has something unknown", () => {
    assert.deepEqual(problemsOf("{"), ["document: must be JSON, as `make exchange` writes it"]);
    assert.match(problemsOf("[]")[0]!, /^document: must be an object with format, version/);
    assert.match(
      problemsOf(edited("version", 2))[0]!,
      /^document: given .*2.*must be \["blockchain-clusters\/exchange",1\]/,
    );
    assert.match(problemsOf(`"${"x".repeat(17 * 1024 * 1024)}"`)[0]!, /must have 16777216 characters at most/);
    assert.deepEqual(problemsOf(edited("proposals[0].note", "\u001b[2J")), [
      "proposals[0].note: must be one of channel, digest, sequence, envelope",
    ]);
    assert.deepEqual(
      problemsOf(
        edited(
          "signatures",
          Array.from({ length: 501 }, () => ({})),
        ),
      ),
      ["signatures: must be a list of 500 entries at most"],
    );
  });

  it("is refused when an organisation gives rights to another one, or has what nobody would see", () => {
    const msp = "organizations[1].group.values.MSP.value.config";
    const admins = "organizations[1].group.policies.Admins.policy.value.identities[0].principal";
    assert.deepEqual(problemsOf(edited(`${admins}.msp_identifier`, "Org2MSP")), [
      'organizations[1].policies.Admins.policy.value.identities[0].principal.msp_identifier: given "\\"Org2MSP\\""; ' +
        'must be "Org1MSP", because organisations of partners have the policies and roles of Fabric\'s sample configuration',
    ]);
    const hidden = problemsOf(edited("organizations[1].group.values.Extra", {}));
    assert.match(hidden[0]!, /^organizations\[1\]\.values\.Extra: must be left out/);
    const revoked = problemsOf(edited(`${msp}.revocation_list`, ["AAAA"]));
    assert.match(revoked[0]!, /^organizations\[1\]\.msp\.revocationLists\[0\]: must be an X\.509 revocation list, PEM/);
  });

  it("is refused with certificates that are no authority's or not valid now", () => {
    const peer = Buffer.from(network.org1.nodes[0]!.identity.certificate).toString("base64");
    const problems = problemsOf(edited("organizations[1].group.values.MSP.value.config.root_certs", [peer]));
    assert.match(
      problems[0]!,
      /^organizations\[1\]\.msp\.caCertificates\[0\]: .*must be the certificate of an authority/,
    );
    assert.match(problemsOf(text, new Date("2100-01-01"))[0]!, /must be valid now, because it is valid from/);
  });

  it("names no consenters where another program or an earlier build wrote it", () => {
    const [orderer, ...others] = (JSON.parse(text) as { organizations: Record<string, unknown>[] }).organizations;
    const { consenters: _, ...without } = orderer!;
    const [read] = readExchange(edited("organizations", [without, ...others]), {
      name: "acme",
      now: testTime,
    }).organizations;
    assert.deepEqual(read, { role: "orderer", ...channel.ordererOrganizations[0] });
    assert.equal(
      exchangeText({ ...document, organizations: [read] }),
      exchangeText({ ...document, organizations: [{ ...read, consenters: [] }] }),
    );
  });

  it("is refused with consenters whose certificates are of another company, purpose, name or role", () => {
    const { orderer, orderer2, org1 } = network;
    const pem = ({ certificate }: { certificate: string }): string => Buffer.from(certificate).toString("base64");
    const at = (field: string, value: unknown): string[] =>
      problemsOf(edited(`organizations[0].consenters[0].${field}`, value));
    const [foreign] = orderer2.nodes;
    const [peer] = org1.nodes;
    assert.ok(foreign && peer);
    const place = "organizations[0].consenters[0]";
    assert.deepEqual(at("identity", pem(foreign.identity)), [
      `${place}.identity: given "O=orderer2, OU=orderer, CN=orderer0.orderer2.example"; must be issued by an identity CA of its organisation`,
    ]);
    assert.deepEqual(at("identity", pem(orderer.admin.identity)), [
      `${place}.identity: given "O=orderer, OU=admin, CN=admin.orderer.example"; must be an orderer's, with OU=orderer`,
    ]);
    assert.match(
      at("client_tls_cert", pem(foreign.tls)).join(),
      /client_tls_cert: .*must be issued by a TLS CA of its/,
    );
    assert.match(at("client_tls_cert", pem(orderer.tlsCa)).join(), /client_tls_cert: .*must be for TLS clients/);
    assert.match(
      at("server_tls_cert", pem(orderer.tlsCa)).join(),
      /server_tls_cert: .*must be for TLS servers.*have the/,
    );
    assert.deepEqual(at("host", "orderer9.orderer.example"), [
      `${place}.server_tls_cert: given "O=orderer, CN=orderer0.orderer.example"; must have the name orderer9.orderer.example`,
    ]);
  });

  it("is refused by its authorities before any certificate is verified that they issued", () => {
    const foreign = Buffer.from(network.orderer2.nodes[0]!.identity.certificate).toString("base64");
    const given = edited("organizations[0].consenters[0].identity", foreign);
    const fault = problem({ path: "partners[0].fingerprint", must: "be another one" });
    const read = () => readExchange(given, { name: "acme", now: testTime, checkAuthorities: () => [fault] });
    assert.throws(read, (error) => error instanceof InputError && error.problems.length === 1);
    assert.match(problemsOf(given).join(), /consenters\[0\]\.identity: .*must be issued by an identity CA/);
  });

  it("is refused with more authorities of an organisation than one has, of whatever kind", () => {
    const own = Buffer.from(network.org1.ca.certificate).toString("base64");
    const msp = "organizations[1].group.values.MSP.value.config";
    const many = Array.from({ length: 11 }, () => own);
    for (const [field, kind] of [
      ["root_certs", "caCertificates"],
      ["intermediate_certs", "intermediateCaCertificates"],
      ["tls_root_certs", "tlsCaCertificates"],
    ] as const) {
      assert.deepEqual(problemsOf(edited(`${msp}.${field}`, many)), [
        `organizations[1].msp.${kind}: given 11; must have 10 certificates at most`,
      ]);
    }
  });

  it("is refused with consenters that are none, too many, twice there, or of an organisation with peers", () => {
    const list = (JSON.parse(text) as { organizations: { consenters: Record<string, unknown>[] }[] }).organizations[0]!
      .consenters;
    const at = (place: string, value: unknown): string[] => problemsOf(edited(`organizations[${place}`, value));
    assert.deepEqual(at("0].consenters", [...list, list[0]]), [
      'organizations[0].consenters[3]: given "orderer0.orderer.example:7050"; must stand there once',
    ]);
    assert.deepEqual(
      at(
        "0].consenters",
        Array.from({ length: 101 }, () => list[0]),
      ),
      ["organizations[0].consenters: must be a list of 100 entries at most"],
    );
    assert.deepEqual(at("1].consenters", list), [
      "organizations[1].consenters: must be left out, because an organisation with peers has none",
    ]);
    assert.deepEqual(at("0].consenters[0].msp_id", "Org2MSP"), [
      "organizations[0].consenters[0].msp_id: must be one of host, port, identity, client_tls_cert, server_tls_cert",
    ]);
    assert.match(at("0].consenters[0].host", "a b").join(), /consenters\[0\]\.host: given "a b"; must be a host name/);
    assert.match(at("0].consenters[0].port", "7050").join(), /consenters\[0\]\.port: given 0; must be a port from 1/);
    for (const broken of [
      7,
      "",
      "AAAA",
      "A".repeat(20_000),
      Buffer.from(network.org1.ca.privateKey).toString("base64"),
    ]) {
      assert.match(
        at("0].consenters[0].identity", broken).join(),
        /^organizations\[0\]\.consenters\[0\]\.identity: must be one certificate, because /,
      );
    }
  });

  it("is refused with a proposal or a genesis block under another name than its bytes have", () => {
    const zeros = `sha256:${"0".repeat(64)}`;
    const [proposal] = document.proposals;
    assert.deepEqual(problemsOf(edited("proposals[0].digest", zeros)), [
      `proposals[0]: given "${zeros} of trade"; must be ${proposal!.digest} of trade, because its bytes say so`,
    ]);
    assert.match(problemsOf(edited("channels[0].name", "other"))[0]!, /must be the first block of other/);
    assert.match(problemsOf(edited("channels[0].genesisBlock", "AAAA"))[0]!, /must be a compressed genesis/);
    assert.deepEqual(problemsOf(edited("channels[0].sequence", -1)), [
      "channels[0].sequence: must be the sequence of a config",
    ]);
    assert.match(
      problemsOf(edited("channels[0].members[0]", "Org 1"))[0]!,
      /^channels\[0\]\.members\[0\]: .*must be an MSP id/,
    );
  });

  it("has collections of a chaincode as Fabric's --collections-config reads them", () => {
    const { chaincodes } = JSON.parse(text) as { chaincodes: { collections: unknown[] }[] };
    assert.deepEqual(chaincodes[0]?.collections.at(1), {
      ...collection("closed"),
      endorsementPolicy: { channelConfigPolicy: "/Channel/Application/Endorsement" },
    });
    assert.deepEqual(chaincodes[0]?.collections.at(2), {
      ...collection("own"),
      endorsementPolicy: { signaturePolicy: "OR('Org1MSP.peer')" },
    });
  });

  it("is refused with a chaincode definition that is none, too long, twice there, or of another company", () => {
    const own = (JSON.parse(text) as { chaincodes: object[] }).chaincodes;
    const at = (field: string, value: unknown): string[] => problemsOf(edited(`chaincodes[0].${field}`, value));
    assert.deepEqual(at("mspId", "Org9MSP"), [
      'chaincodes[0].mspId: given "Org9MSP"; must be an organisation of this document: OrdererMSP, Org1MSP, Org2MSP',
    ]);
    assert.deepEqual(problemsOf(edited("chaincodes", [...own, ...own])), [
      'chaincodes[1]: given "trade asset Org1MSP"; must stand there once',
    ]);
    assert.match(at("name", "_lifecycle")[0]!, /^chaincodes\[0\]\.name: .*a system chaincode has this one/);
    assert.match(
      at("version", "1\u001b[2J")[0]!,
      /^chaincodes\[0\]\.version: given "1\\u001b\[2J"; must be a chaincode version/,
    );
    assert.deepEqual(at("sequence", 0), ["chaincodes[0].sequence: given 0; must be 1 or more"]);
    assert.deepEqual(at("sequence", "2"), ["chaincodes[0].sequence: must be a whole number, 0 or more"]);
    assert.match(
      at("endorsementPolicy", "OR(")[0]!,
      /^chaincodes\[0\]\.endorsementPolicy: .*must be an endorsement policy/,
    );
    assert.deepEqual(at("endorsementPolicy", "(".repeat(100_000)), [
      "chaincodes[0].endorsementPolicy: given 100000; must have 4000 characters at most",
    ]);
    assert.match(at("packageId", "asset:1")[0]!, /^chaincodes\[0\]\.packageId: must be one of channel, mspId, name/);
    assert.deepEqual(at("collections[0].policy", "OR(".repeat(50_000)), [
      "chaincodes[0].collections[0].policy: given 150000; must have 4000 characters at most",
    ]);
    assert.match(
      at("collections[0].maxPeerCount", -1)[0]!,
      /^chaincodes\[0\]\.collections\[0\]\.maxPeerCount: must be a whole/,
    );
    assert.match(
      at("collections[1].endorsementPolicy", { signaturePolicy: "/Channel" })[0]!,
      /must be an object with signaturePolicy/,
    );
    assert.match(
      at(
        "collections",
        Array.from({ length: 101 }, () => own),
      )[0]!,
      /must be 100 collections at most/,
    );
  });

  it("has a fingerprint that openssl and sha256sum give, too", () => {
    const { org1 } = network;
    const digest = (pem: string): string => createHash("sha256").update(new X509Certificate(pem).raw).digest("hex");
    const lines = `Org1MSP identity ${digest(org1.ca.certificate)}\nOrg1MSP tls ${digest(org1.tlsCa.certificate)}\n`;
    const expected = createHash("sha256").update(lines).digest("hex");
    const fingerprint = partnerFingerprint(document.organizations.filter(({ name }) => name === "org1"));
    assert.equal(fingerprint.replaceAll(":", ""), `SHA256${expected}`);
  });

  it("is another partner's when a certificate or its owner is another one", () => {
    const { organizations } = document;
    const agreed = partnerFingerprint(organizations);
    assert.deepEqual(checkFingerprint(organizations, agreed.replaceAll(":", "").replace("SHA256", "SHA256:"), "p"), []);
    const renamed = organizations.map((item) => ({ ...item, msp: { ...item.msp, mspId: `${item.msp.mspId}2` } }));
    const [wrong] = checkFingerprint(renamed, agreed, "partners[0].fingerprint");
    assert.match(
      wrong!.message,
      /must be the fingerprint of the partner's authorities, because those in the document have/,
    );
    assert.match(
      checkFingerprint(organizations, "9f:86", "p")[0]!.message,
      /must be SHA256: and 64 hexadecimal digits/,
    );
  });
});
