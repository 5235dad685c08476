/** `make consortium`: three companies with a cluster each, as a newcomer brings them up. The tests build on each other, in this order. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { recordedClusters } from "../../local-cluster/clusters";
import { stackFileName } from "../../tools/cli/stack-file";
import { companyNames, folderOf, stackNames } from "../../tools/consortium/companies";
import { paths } from "../../tools/paths";
import { make } from "../e2e/support/make";

describe("the consortium on this machine", function () {
  // Ends a hung test only: each wait inside has a condition and a limit of its own.
  this.timeout(30 * 60_000);

  before(() => make("consortium-down"));
  after(() => make("consortium-down"));

  it("is founded, joined and extended step by step, each told in words", async () => {
    const text = await make("consortium");
    assert.match(text, /waits for approvals: BellMSP; approved by AcmeMSP/);
    assert.match(text, /the peer of acme has it, owned by bell, endorsed by AcmeMSP, BellMSP/);
    assert.match(
      text,
      /waits for signatures: \/Channel\/Orderer\/Admins needs 2 of \(AcmeOrdererMSP, BellOrdererMSP\)/,
    );
    assert.match(
      text,
      /ordered by orderer0\.orderer\.acme\.example\.com, orderer0\.orderer\.bell\.example\.com, orderer1\.orderer\.acme\.example\.com/,
    );
    assert.match(text, /waits for signatures: \/Channel\/Application\/Admins needs 2 of \(AcmeMSP, BellMSP\)/);
    assert.match(text, /bell: pulumi preview says of the channel:\n.*changes: add peer organisation corp/);
    assert.match(text, /acme: channel trade has the members AcmeMSP, BellMSP, CorpMSP, by config \d+/);
    for (const name of companyNames) assert.match(text, new RegExp(`the peer of ${name} has it, owned by corp`));
    assert.match(text, /The consortium stands/);
  });

  it("leaves no key in the clear, and no company a passphrase of another one", () => {
    const salts = companyNames.map((name) => {
      const folder = folderOf(name);
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      assert.ok(files.some((file) => file.parentPath.startsWith(join(folder, "state"))));
      for (const file of files) {
        assert.doesNotMatch(readFileSync(join(file.parentPath, file.name), "utf8"), /PRIVATE KEY/, file.name);
      }
      const text = readFileSync(join(folder, stackFileName(stackNames[name])), "utf8");
      return /^encryptionsalt: (v1:\S+)$/m.exec(text)?.[1];
    });
    assert.ok(salts.every((salt) => salt !== undefined));
    assert.equal(new Set(salts).size, companyNames.length);
  });

  it("stands when the command is repeated: nothing is made anew, and a transaction goes through all", async () => {
    const text = await make("consortium");
    assert.match(text, /All steps were taken before/);
    assert.doesNotMatch(text, /^ {2}(create|update|replace|delete) /m);
    for (const name of companyNames) assert.match(text, new RegExp(`the peer of ${name} has it, owned by corp`));
  });

  it("leaves nothing behind", async () => {
    await make("consortium-down");
    assert.equal(existsSync(paths.consortium), false);
    const names = recordedClusters().map(({ name }) => name);
    assert.deepEqual(
      companyNames.filter((name) => names.includes(name)),
      [],
    );
  });
});
