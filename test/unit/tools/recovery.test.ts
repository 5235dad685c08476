/** What a killed engine left in the state of a local stack. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderBackend } from "../../../tools/cli/environment";
import { PulumiStack } from "../../../tools/cli/pulumi";
import { projectName, readStackFile } from "../../../tools/cli/stack-file";
import { temporaryFolder, writeScript } from "./temporary";

describe("tools: recovery of a local stack", () => {
  const folder = temporaryFolder();

  /** A stack after `recover`, whose state has these operations, and an engine that only gives and takes states. */
  function recovered(types: string[]): PulumiStack {
    const pending = types.map((type) => ({ resource: { type }, type: "updating" }));
    const variables = { PULUMI_BACKEND_URL: folderBackend(folder.path), PULUMI_CONFIG_PASSPHRASE: "" };
    const stack = new PulumiStack(readStackFile("local-backup"), { folder: folder.path, variables });
    const states = join(folder.path, ".pulumi", "stacks", projectName());
    mkdirSync(states, { recursive: true });
    const latest = { pending_operations: pending };
    writeFileSync(join(states, "local-backup.json"), JSON.stringify({ version: 3, checkpoint: { latest } }));
    writeFileSync(join(folder.path, "export.json"), JSON.stringify({ version: 3, deployment: latest }));
    writeScript(
      join(folder.path, "bin", "pulumi"),
      `case "$2" in export) cat '${folder.path}/export.json' ;; import) cat >/dev/null ;; *) exit 1 ;; esac`,
    );
    stack.environment.PATH = `${join(folder.path, "bin")}:${process.env.PATH}`;
    stack.recover();
    return stack;
  }

  it("asks for a refresh where nodes were being stopped together, which nothing but the cluster knows", () => {
    assert.equal(recovered(["kubernetes:core/v1:Secret", "ledger:kubernetes:Halt"]).hasCutStop, true);
  });

  it("does every other operation again without one", () => {
    assert.equal(recovered(["kubernetes:core/v1:Secret", "ledger:fabric:Channel"]).hasCutStop, false);
    assert.equal(recovered([]).hasCutStop, false);
  });
});
