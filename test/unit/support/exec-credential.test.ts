/** Command lines that stand-ins for helper programs accept. */
import assert from "node:assert/strict";
import { parseOptions } from "../../support/clouds/credentials/exec-credential";

describe("parseOptions", () => {
  it("reads values after a space or an equals sign, and leaves other words", () => {
    const { options, rest } = parseOptions(
      ["get-token", "--login", "spn", "--tenant-id=a=b"],
      ["--login", "--tenant-id"],
    );
    assert.deepEqual(options, { "--login": "spn", "--tenant-id": "a=b" });
    assert.deepEqual(rest, ["get-token"]);
  });

  it("takes a flag of a Go program by its name alone, as gke-gcloud-auth-plugin does", () => {
    const flags = ["--use_application_default_credentials"];
    for (const word of [...flags, "--use_application_default_credentials=true"]) {
      assert.deepEqual(parseOptions([word], [], flags), { options: { [flags[0] ?? ""]: "true" }, rest: [] });
    }
    // Go ends its flags there, so a further word is an error.
    assert.deepEqual(parseOptions([...flags, "true"], [], flags).rest, ["true"]);
  });

  it("refuses an option that is unknown or lacks its value", () => {
    assert.throws(() => parseOptions(["--other"], ["--login"]), /--other/);
    assert.throws(() => parseOptions(["--login"], ["--login"]), /--login: expected one argument/);
  });
});
