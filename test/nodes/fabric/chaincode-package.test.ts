/** Chaincode packages against GNU tar, gzip and `peer lifecycle chaincode`. Installing one is part of channel.test.ts. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { gzipStored, tarFiles } from "../../../ledger/fabric/archive";
import { packageChaincode } from "../../../ledger/fabric/chaincode-package";
import { withDirectory, writeFiles } from "../../support/files";
import { assetPackage, assetPackageId } from "../../unit/ledger/fabric/chaincode-packages";
import { runTool } from "./reference-tools";

/** Files of a tar.gz by path, unpacked by GNU tar. */
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

describe("chaincode package beside Fabric's", function () {
  this.timeout(60_000);

  it("has the recorded package id, which the unit tests go by", () => {
    const { bytes } = packageChaincode(assetPackage);
    withDirectory((directory) => {
      writeFiles(directory, { "package.tar.gz": bytes, "core.yaml": "peer: {}\n" });
      const args = ["lifecycle", "chaincode", "calculatepackageid", join(directory, "package.tar.gz")];
      const reference = runTool("peer", args, { env: { FABRIC_CFG_PATH: directory } });
      assert.equal(reference.toString().trim(), assetPackageId);
    });
  });

  it("holds what the built-in builder for chaincode as a service looks for", () => {
    const files = unpack(packageChaincode(assetPackage).bytes);
    assert.deepEqual(Object.keys(files).sort(), ["code.tar.gz", "metadata.json"]);
    assert.deepEqual(JSON.parse(files["metadata.json"] ?? ""), { type: "ccaas", label: assetPackage.label });
    const code = unpack(Buffer.from(files["code.tar.gz"] ?? "", "latin1"));
    assert.deepEqual(Object.keys(code).sort(), ["META-INF/statedb/couchdb/indexes/owner.json", "connection.json"]);
    assert.deepEqual(JSON.parse(code["connection.json"] ?? ""), {
      ...assetPackage.connection,
      client_auth_required: false,
    });
  });

  it("is an archive that GNU tar unpacks to the files that went in, at every padding", () => {
    const files = Object.fromEntries([0, 1, 511, 512, 513, 5000].map((size) => [`f${size}`, "x".repeat(size)]));
    assert.deepEqual(unpack(gzipStored(tarFiles(files))), files);
  });
});
