import assert from "node:assert/strict";
import fc from "fast-check";
import { parseEnode, validateEnode } from "../../../../ledger/ethereum/enode";
import { formatEnode, type Enode } from "../../../../ledger/ethereum/enode-url";
import { deriveAccount, validatePrivateKey } from "../../../../ledger/ethereum/key";
import { staticPeer } from "../../../../ledger/ethereum/static-nodes";
import { besuAccount } from "./vectors";

const id = besuAccount.enodeId;
const podHost = "validator-1-p2p.chain.svc.cluster.local";

function messages(url: string, client?: Parameters<typeof validateEnode>[2]): string[] {
  return validateEnode(url, "peer", client).map(({ message }) => message);
}

describe("enode URL", () => {
  it("names a node by id, DNS name and port", () => {
    assert.equal(formatEnode({ id: id.toUpperCase(), host: podHost, port: 30303 }), `enode://${id}@${podHost}:30303`);
  });

  it("puts IPv6 addresses in brackets, since they hold colons", () => {
    assert.equal(
      formatEnode({ id, host: "fd00::1", port: 30303, discoveryPort: 30301 }),
      `enode://${id}@[fd00::1]:30303?discport=30301`,
    );
  });

  it("reads back what it wrote, for every kind of host, port and parameter", () => {
    const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/);
    const host = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join(".")),
    );
    const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex"));
    const port = fc.integer({ min: 0, max: 65535 });
    const enode = fc.record(
      { key, host, port: fc.integer({ min: 1, max: 65535 }), discoveryPort: port, raftPort: port },
      { requiredKeys: ["key", "host", "port"] },
    );
    fc.assert(
      fc.property(enode, ({ key, ...address }) => {
        fc.pre(validatePrivateKey(key, "key").length === 0);
        const node: Enode = { id: deriveAccount(key).enodeId, ...address };
        assert.deepEqual(parseEnode(formatEnode(node)), node);
      }),
    );
  });

  it("switches discovery off for peers inside the cluster, and keeps GoQuorum from freezing the name's address", () => {
    const peer = { id, host: podHost, port: 30303 };
    assert.equal(staticPeer("besu", peer), `enode://${id}@${podHost}:30303?discport=0`);
    assert.equal(staticPeer("geth", peer), `enode://${id}@${podHost}:30303?discport=0`);
    assert.equal(staticPeer("goquorum", peer), `enode://${id}@${podHost}:30303?discport=0&raftport=0`);
  });
});

describe("enode check", () => {
  const refusals: [string, string, string[]][] = [
    [
      "another scheme",
      `http://${id}@h:1`,
      [
        `given "http://${id.slice(0, 70)}..."; must be enode://<128 hexadecimal digits>@<host>:<port>[?discport=<port>]`,
      ],
    ],
    [
      "no port",
      `enode://${id}@h`,
      [
        `given "enode://${id.slice(0, 69)}..."; must be enode://<128 hexadecimal digits>@<host>:<port>[?discport=<port>]`,
      ],
    ],
    [
      "a short id",
      "enode://abcd@h:1",
      ['given "abcd"; must be a public key of 128 hexadecimal digits without 0x, because 4 characters stand before @'],
    ],
    [
      "a point beside the curve",
      `enode://${"1".repeat(128)}@h:1`,
      [
        `given "${"1".repeat(77)}..."; must be a public key of secp256k1. Copy it again from the node's own log or admin_nodeInfo`,
      ],
    ],
    [
      "an address with an octet above 255, and ports out of range, all at once",
      `enode://${id}@10.0.0.256:0?discport=70000`,
      [
        'given "10.0.0.256"; must be a host: a DNS name, an IPv4 address, or an IPv6 address in brackets',
        'given "0"; must be a port from 1 to 65535',
        'given "70000"; must be a discport from 0 to 65535',
      ],
    ],
  ];
  for (const [name, url, expected] of refusals) {
    it(`refuses ${name}`, () => assert.deepEqual(messages(url), expected));
  }

  it("refuses raftport for Besu, which takes no parameter but discport", () => {
    const url = `enode://${id}@h:1?discport=0&raftport=0`;
    assert.deepEqual(messages(url, "goquorum"), []);
    assert.deepEqual(messages(url, "besu"), [
      'given "raftport"; must be no parameter of the enode URL, because Besu takes discport alone',
    ]);
  });

  it("refuses a parameter that means nothing to any client", () => {
    assert.deepEqual(messages(`enode://${id}@h:1?port=1`), [
      'given "port"; must be no parameter of the enode URL, because clients take discport and raftport alone',
    ]);
  });
});
