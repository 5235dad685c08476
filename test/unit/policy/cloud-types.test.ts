/**
 * Every type of resource that a stack creates at a cloud, against the rules and the preview report. `rules.test.ts`
 * shows that the rules judge the types correctly.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unknownTypes } from "../../support/cloud-types";

const folder = join(__dirname, "../../golden/identity");

/** Types of the resources in a list of `<types of parents>$<type>::<name>`. */
function typesIn(file: string): string[] {
  const lines = readFileSync(join(folder, file), "utf8").trimEnd().split("\n");
  return lines.map((line) => line.split("::")[0]?.split("$").pop() ?? "");
}

describe("the types of a cloud's resources", () => {
  for (const file of readdirSync(folder)) {
    it(`is known to the policy rules and the preview report, in ${file}`, () => {
      assert.deepEqual(unknownTypes(typesIn(file)), []);
    });
  }

  it("are reported when no rule and no line of the report knows them", () => {
    const endings = ["in policy/rules, or to the list withoutRule", "holdings.ts, or to the list withoutLoss"];
    for (const type of ["oci:containerengine/cluster:Cluster", "oci:core/volume:Volume", "aws:rds/instance:Instance"]) {
      const found = unknownTypes([type]);
      assert.equal(found.length, 2, type);
      for (const [index, ending] of endings.entries()) {
        assert.ok(found[index]?.startsWith(`${type}: `) && found[index].includes(ending), found[index]);
      }
    }
  });

  it("are reported when the report knows a key and the rules on keys do not", () => {
    assert.deepEqual(unknownTypes(["gcp:kms/cryptoKeyVersion:CryptoKeyVersion"]).slice(1), [
      "gcp:kms/cryptoKeyVersion:CryptoKeyVersion: holds a key that disks or secrets are encrypted with, and the rule deletion-protection does not look at it; add it there",
      "gcp:kms/cryptoKeyVersion:CryptoKeyVersion: holds a key that disks or secrets are encrypted with, and the rule key-deletion does not look at it; add it there",
    ]);
  });

  it("leaves out what no cloud makes", () => {
    assert.deepEqual(unknownTypes(["kubernetes:core/v1:Secret", "ledger:pki:Certificate", "pulumi:pulumi:Stack"]), []);
  });
});
