/** Chaincode packages against GNU tar, gzip and `peer lifecycle chaincode`. Installing one is part of node.test.ts. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { gzipStored, tarFiles } from "../../../../ledger/fabric/archive";
import { packageChaincode, type ChaincodePackageInputs } from "../../../../ledger/fabric/chaincode-package";
import { runTool, withDirectory, writeFiles } from "./reference-tools";

const INPUTS: ChaincodePackageInputs = {
  label: "asset-transfer_1.0",
  connection: {
    address: "asset-transfer.org1.svc.cluster.local:9999",
    dial_timeout: "10s",
    tls_required: true,
    root_cert: "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n",
  },
  metaInf: { "statedb/couchdb/indexes/owner.json": '{"index":{"fields":["owner"]},"name":"owner","type":"json"}' },
};

/** Path -> content of a tar.gz, by GNU tar. */
function unpack(archive: Uint8Array): Record<string, string> {
  return withDirectory((directory) => {
    writeFiles(directory, { "a.tar.gz": archive });
    const file = join(directory, "a.tar.gz");
    const names = execFileSync("tar", ["-tzf", file]).toString().trim().split("\n");
    return Object.fromEntries(
      names.map((name) => [name, execFileSync("tar", ["-xzOf", file, name]).toString("latin1")]),
    );
  });
}

describe("chaincode package", function () {
  this.timeout(60_000);

  it("has the package id that peers compute, known before any peer has seen it", () => {
    const { bytes, packageId } = packageChaincode(INPUTS);
    withDirectory((directory) => {
      writeFiles(directory, { "package.tar.gz": bytes, "core.yaml": "peer: {}\n" });
      const args = ["lifecycle", "chaincode", "calculatepackageid", join(directory, "package.tar.gz")];
      const reference = runTool("peer", args, { env: { FABRIC_CFG_PATH: directory } });
      assert.equal(packageId, reference.toString().trim());
    });
  });

  it("holds what the built-in builder for chaincode as a service looks for", () => {
    const files = unpack(packageChaincode(INPUTS).bytes);
    assert.deepEqual(Object.keys(files).sort(), ["code.tar.gz", "metadata.json"]);
    assert.deepEqual(JSON.parse(files["metadata.json"] ?? ""), { type: "ccaas", label: INPUTS.label });
    const code = unpack(Buffer.from(files["code.tar.gz"] ?? "", "latin1"));
    assert.deepEqual(Object.keys(code).sort(), ["META-INF/statedb/couchdb/indexes/owner.json", "connection.json"]);
    assert.deepEqual(JSON.parse(code["connection.json"] ?? ""), { ...INPUTS.connection, client_auth_required: false });
  });

  it("is the same bytes for the same inputs, whatever the order of their fields", () => {
    const { connection } = INPUTS;
    const reversed = Object.fromEntries(Object.entries(connection).reverse()) as unknown as typeof connection;
    assert.deepEqual(packageChaincode({ ...INPUTS, connection: reversed }), packageChaincode(INPUTS));
  });

  it("keeps its id from version to version, since a new one means a new approval by everybody", () => {
    const { packageId } = packageChaincode({
      label: "basic_1",
      connection: { address: "basic:9999", dial_timeout: "10s", tls_required: false },
    });
    assert.equal(packageId, "basic_1:239d5290077982d82942ac47228a0363b276ffed0cdcc0f0dc2991644ce56129");
  });

  it("names everything that is wrong with the inputs at once", () => {
    const inputs: ChaincodePackageInputs = {
      label: "-asset",
      connection: { address: "nowhere", dial_timeout: "10", tls_required: true, client_auth_required: true },
      metaInf: { "indexes/owner.json": "{}" },
    };
    assert.throws(() => packageChaincode(inputs), {
      name: "InputError",
      message:
        'chaincode package -asset:\n  label: "-asset" is not a package label: a letter or digit, then letters, digits, _ . + and -\n' +
        '  connection.address: "nowhere" is not <host>:<port>\n' +
        '  connection.dial_timeout: "10" is not a positive duration; write for example "2s", "200ms" or "1m30s"\n' +
        "  connection.root_cert: is missing; tls_required is true\n" +
        "  connection.client_key: is missing; client_auth_required is true\n" +
        "  connection.client_cert: is missing; client_auth_required is true\n" +
        '  metaInf["indexes/owner.json"]: is not statedb/couchdb/indexes/<name>.json',
    });
  });

  it("takes templates of the builder where an address or a duration would stand", () => {
    const connection = { address: "{{.peername}}-asset:9999", dial_timeout: "{{.timeout}}", tls_required: false };
    assert.match(packageChaincode({ label: "asset", connection }).packageId, /^asset:[0-9a-f]{64}$/);
  });
});

describe("archive", function () {
  this.timeout(60_000);

  it("gunzips to what went in, also beyond the 65535 bytes of one stored block", () => {
    const sizes = [0, 1, 65534, 65535, 65536, 131070, 131071, 200_000];
    for (const size of sizes) {
      const content = Buffer.alloc(size, "abcdefg");
      assert.deepEqual(gunzipSync(gzipStored(content)), content, String(size));
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1000 }), (content) => {
        assert.deepEqual(gunzipSync(gzipStored(content)), Buffer.from(content));
      }),
    );
  });

  it("unpacks with GNU tar to the files that went in, at every padding", () => {
    const files = Object.fromEntries([0, 1, 511, 512, 513, 5000].map((size) => [`f${size}`, "x".repeat(size)]));
    assert.deepEqual(unpack(gzipStored(tarFiles(files))), files);
  });

  it("refuses a path that the header has no room for", () => {
    assert.throws(() => tarFiles({ ["p".repeat(101)]: "" }), /is longer than 100 bytes/);
  });
});
