/** Chaincode packages. test/nodes/fabric/chaincode-package.test.ts reads them with GNU tar and a peer. */
import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { gzipStored } from "../../../../ledger/fabric/archive";
import { packageChaincode, type ChaincodePackageInputs } from "../../../../ledger/fabric/chaincode-package";
import { assetPackage, assetPackageId } from "./chaincode-packages";

describe("chaincode package", () => {
  it("has the package id that peers compute, known before any peer has seen it", () => {
    assert.equal(packageChaincode(assetPackage).packageId, assetPackageId);
  });

  it("is the same bytes for the same inputs in any order of fields", () => {
    const { connection } = assetPackage;
    const reversed = Object.fromEntries(Object.entries(connection).reverse()) as unknown as typeof connection;
    assert.deepEqual(packageChaincode({ ...assetPackage, connection: reversed }), packageChaincode(assetPackage));
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
        'chaincode package -asset:\n  label: given "-asset"; must be a package label: a letter or digit, then letters, digits, _ . + and -\n' +
        '  connection.address: given "nowhere"; must be <host>:<port>\n' +
        '  connection.dial_timeout: given "10"; must be a duration with its unit, for example "2s" or "200ms"\n' +
        "  connection.root_cert: missing; must be there, because tls_required is true\n" +
        "  connection.client_key: missing; must be there, because client_auth_required is true\n" +
        "  connection.client_cert: missing; must be there, because client_auth_required is true\n" +
        '  metaInf["indexes/owner.json"]: must be named statedb/couchdb/indexes/<name>.json',
    });
  });

  it("takes templates of the builder where an address or a duration would stand", () => {
    const connection = { address: "{{.peername}}-asset:9999", dial_timeout: "{{.timeout}}", tls_required: false };
    assert.match(packageChaincode({ label: "asset", connection }).packageId, /^asset:[0-9a-f]{64}$/);
  });
});

describe("archive", () => {
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
});
