/** Rules for single names; genesis.test.ts and the tests below have those for whole channels. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { ChannelConfig } from "../../../../ledger/fabric/channel-config";
import { formatDuration, parseDuration } from "../../../../ledger/fabric/duration";
import {
  throwProblems,
  validateChaincodeLabel,
  validateChaincodeName,
  validateChaincodeVersion,
  validateChannelConfig,
  validateChannelId,
  validateDuration,
  validateMspId,
  validateOrganizationName,
  type Problem,
} from "../../../../ledger/fabric/validate";
import { fixtureNetwork, raftChannel, type Network } from "./fixtures";
import { said } from "../../../support/problems";

type Rule = (value: string, path: string) => Problem[];

const rules: { rule: Rule; good: string[]; bad: Record<string, string> }[] = [
  {
    rule: validateChannelId,
    good: ["trade", "a", "a.b-c9", "z".repeat(249)],
    bad: {
      "": 'given ""; must be a channel id: a small letter, then small letters, digits, . and -',
      Trade: 'given "Trade"; must be a channel id: a small letter, then small letters, digits, . and -',
      "9a": 'given "9a"; must be a channel id: a small letter, then small letters, digits, . and -',
      a_b: 'given "a_b"; must be a channel id: a small letter, then small letters, digits, . and -',
      ["z".repeat(250)]: `given "${"z".repeat(77)}..."; must have 249 characters at most`,
    },
  },
  {
    rule: validateOrganizationName,
    good: ["org1", "Org-1.example", "1"],
    bad: {
      "org 1": 'given "org 1"; must be an organisation name: letters, digits, . and -',
      "..": 'given ".."; must be an organisation name: letters, digits, . and -',
      org_1: 'given "org_1"; must be an organisation name: letters, digits, . and -',
    },
  },
  {
    rule: validateMspId,
    good: ["Org1MSP", "a.b-c"],
    bad: { Org1_MSP: 'given "Org1_MSP"; must be an MSP id that policies can name: letters, digits, . and -' },
  },
  {
    rule: validateChaincodeName,
    good: ["asset-transfer", "a_b-c", "9"],
    bad: {
      lscc: 'given "lscc"; must be another name, because a system chaincode has this one',
      "asset--transfer":
        'given "asset--transfer"; must be a chaincode name: letters and digits, with single - or _ between them',
      "-a": 'given "-a"; must be a chaincode name: letters and digits, with single - or _ between them',
    },
  },
  {
    rule: validateChaincodeVersion,
    good: ["1.0", "v1_2+b-3"],
    bad: { "1 0": 'given "1 0"; must be a chaincode version: letters, digits, _ . + and -' },
  },
  {
    rule: validateChaincodeLabel,
    good: ["asset_1.0", "1"],
    bad: { _a: 'given "_a"; must be a package label: a letter or digit, then letters, digits, _ . + and -' },
  },
  {
    rule: validateDuration,
    good: ["2s", "200ms", "1m30s", "0.5h", "1h1m1s1ms1us1ns"],
    bad: Object.fromEntries(
      ["2", "", "s", "-2s", "0s", "2 s", "1e3s", "9999999h"].map((text) => [
        text,
        `given "${text}"; must be a duration with its unit, for example "2s" or "200ms"`,
      ]),
    ),
  },
];

describe("validation of names", () => {
  for (const { rule, good, bad } of rules) {
    it(`${rule.name} takes what Fabric takes and refuses the rest, saying what would be right`, () => {
      for (const value of good) {
        assert.deepEqual(rule(value, "path"), [], value);
      }
      for (const [value, message] of Object.entries(bad)) {
        assert.deepEqual(said(rule(value, "path")), [{ path: "path", message }]);
      }
    });
  }

  it("cuts a long wrong value, so that the message stays readable", () => {
    const [problem] = validateMspId("_".repeat(1000), "mspId");
    assert.equal(problem?.message.startsWith(`given "${"_".repeat(77)}..."; must be an MSP id`), true);
  });

  it("throws all problems as one error, and nothing when there are none", () => {
    throwProblems("channel trade", []);
    assert.throws(
      () =>
        throwProblems("channel trade", [
          { path: "a", message: "is empty" },
          { path: "b[1]", message: "is empty" },
        ]),
      { name: "InputError", message: "channel trade:\n  a: is empty\n  b[1]: is empty" },
    );
  });
});

describe("duration", () => {
  it("means the same after it was printed as Go prints it", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: (1n << 63n) - 1n }), (nanoseconds) => {
        assert.equal(parseDuration(formatDuration(nanoseconds)), nanoseconds);
      }),
    );
  });

  it("is printed as Go prints it, unit by unit", () => {
    const printed: [string, string][] = [
      ["1ns", "1ns"],
      ["1500ns", "1.5µs"],
      ["1us", "1µs"],
      ["999ms", "999ms"],
      ["1000ms", "1s"],
      ["1.50s", "1.5s"],
      ["60s", "1m0s"],
      ["3600s", "1h0m0s"],
      ["25h", "25h0m0s"],
      ["1h0.001s", "1h0m0.001s"],
    ];
    for (const [text, expected] of printed) {
      const nanoseconds = parseDuration(text);
      assert.ok(nanoseconds !== undefined);
      assert.equal(formatDuration(nanoseconds), expected);
    }
  });
});

describe("validation of a channel", () => {
  let network: Network;

  before(async () => {
    network = await fixtureNetwork();
  });

  function problems(change: (config: ChannelConfig) => Partial<ChannelConfig>): string[] {
    const config = raftChannel(network);
    return validateChannelConfig({ ...config, ...change(config) }, "config").map(
      ({ path, message }) => `${path} ${message}`,
    );
  }

  it("takes a good one", () => {
    assert.deepEqual(
      problems(() => ({})),
      [],
    );
  });

  it("wants an ordering service, and MSPs with authorities", () => {
    assert.deepEqual(
      problems((config) => ({
        ordererOrganizations: [],
        consenters: [],
        peerOrganizations: config.peerOrganizations.map((organization) => ({
          ...organization,
          msp: { mspId: organization.msp.mspId, caCertificates: [], tlsCaCertificates: [] },
        })),
      })),
      [
        "config.ordererOrganizations given []; must have one entry or more, because an ordering service needs one",
        "config.consenters given []; must have one entry or more, because a channel needs one to exist",
        "config.peerOrganizations[0].msp.caCertificates given []; must have one entry or more, because identities are checked against it",
        "config.peerOrganizations[0].msp.tlsCaCertificates given []; must have one entry or more, because connections are checked against it",
        "config.peerOrganizations[1].msp.caCertificates given []; must have one entry or more, because identities are checked against it",
        "config.peerOrganizations[1].msp.tlsCaCertificates given []; must have one entry or more, because connections are checked against it",
      ],
    );
  });

  it("distinguishes authorities from other certificates, and finds repetitions", () => {
    const { org1 } = network;
    const [ca] = org1.msp.caCertificates;
    assert.ok(ca);
    assert.deepEqual(
      problems((config) => ({
        peerOrganizations: [
          {
            ...config.peerOrganizations[0]!,
            msp: {
              ...org1.msp,
              caCertificates: [ca, `\n${ca}`],
              tlsCaCertificates: [org1.admin.tls.certificate],
              intermediateCaCertificates: ["x"],
            },
          },
        ],
      })),
      [
        "config.peerOrganizations[0].msp.caCertificates[1] must have a certificate of its own, because config.peerOrganizations[0].msp.caCertificates[0] has it already",
        "config.peerOrganizations[0].msp.intermediateCaCertificates[0] must be one certificate, PEM, because no PEM certificate: found a text of 1 characters without a PEM header, expected -----BEGIN CERTIFICATE-----",
        'config.peerOrganizations[0].msp.tlsCaCertificates[0] given "O=org1, CN=admin.org1.example"; must be the certificate of an authority',
      ],
    );
  });

  it("wants levels of capabilities that Fabric has, group by group, since nodes end on others for good", () => {
    assert.deepEqual(
      problems(() => ({ capabilities: { channel: "V3_1", orderer: "V2_5", application: "V3_0" } })),
      [
        'config.capabilities.channel given "V3_1"; must be one of V1_1, V1_3, V1_4_2, V1_4_3, V2_0, V3_0, because nodes end on a level that they do not know',
        'config.capabilities.orderer given "V2_5"; must be one of V1_1, V1_4_2, V2_0, because nodes end on a level that they do not know',
        'config.capabilities.application given "V3_0"; must be one of V1_1, V1_2, V1_3, V1_4_2, V2_0, V2_5, because nodes end on a level that they do not know',
      ],
    );
  });

  it("wants one MSP behind one MSP id, since Fabric refuses a second definition", () => {
    const { orderer, org1 } = network;
    const shared = { ...org1.msp, mspId: orderer.msp.mspId };
    assert.deepEqual(
      problems((config) => ({ peerOrganizations: [{ ...config.peerOrganizations[0]!, msp: shared }] })),
      [
        "config.peerOrganizations[0].msp must be the MSP of orderer organisation orderer, because both have the MSP id OrdererMSP",
      ],
    );
    assert.deepEqual(
      problems((config) => ({ peerOrganizations: [{ ...config.peerOrganizations[0]!, msp: orderer.msp }] })),
      [],
    );
  });

  it("wants addresses that can be dialled, each once", () => {
    const bad = [
      { host: "", port: 7051 },
      { host: "peer 0", port: 0 },
      { host: "a.b", port: 1.5 },
      { host: "a.b", port: 1.5 },
    ];
    assert.deepEqual(
      problems((config) => ({ peerOrganizations: [{ ...config.peerOrganizations[0]!, anchorPeers: bad }] })),
      [
        'config.peerOrganizations[0].anchorPeers[0].host given ""; must be a host name',
        'config.peerOrganizations[0].anchorPeers[1].host given "peer 0"; must be a host name',
        "config.peerOrganizations[0].anchorPeers[1].port given 0; must be a port from 1 to 65535",
        "config.peerOrganizations[0].anchorPeers[2].port given 1.5; must be a port from 1 to 65535",
        "config.peerOrganizations[0].anchorPeers[3].port given 1.5; must be a port from 1 to 65535",
        'config.peerOrganizations[0].anchorPeers[3] given "a.b:1.5"; must have an address of its own, because config.peerOrganizations[0].anchorPeers[2] has it already',
      ],
    );
  });
});
