/** The file in which the engine remembers the selected stack: commands read it, and spare a start of the engine. */
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderBackend } from "../../tools/cli/environment";
import { PulumiStack } from "../../tools/cli/pulumi";
import { selectionFile } from "../../tools/cli/selected-stack";
import { projectName, readStackFile, stackFileName } from "../../tools/cli/stack-file";
import { paths, projectRoot } from "../../tools/paths";

describe("a stack that is selected", function () {
  this.timeout(120_000);
  const projectFolder = mkdtempSync(join(tmpdir(), "selected-stack-"));
  const state = join(projectFolder, "state");

  before(() => {
    mkdirSync(state);
    copyFileSync(join(projectRoot, "Pulumi.yaml"), join(projectFolder, "Pulumi.yaml"));
  });

  after(() => {
    rmSync(projectFolder, { recursive: true });
    rmSync(selectionFile({ pulumiHome: paths.pulumiHome, projectFolder, project: projectName() }), { force: true });
  });

  function stack(name: string): PulumiStack {
    const file = join(projectFolder, stackFileName(name));
    writeFileSync(file, "config:\n  blockchain-clusters:cluster: { vendor: local }\n");
    const variables = { PULUMI_BACKEND_URL: folderBackend(state), PULUMI_CONFIG_PASSPHRASE: "local" };
    return new PulumiStack(readStackFile(name, projectFolder), { folder: projectFolder, variables });
  }

  /** Selects a stack where no engine can be started. */
  function selectWithoutEngine(one: PulumiStack): void {
    const { PATH } = one.environment;
    one.environment.PATH = projectFolder;
    try {
      one.select();
    } finally {
      one.environment.PATH = PATH;
    }
  }

  it("is not selected again, until another one is, or it is gone", () => {
    const [one, other] = [stack("one"), stack("other")];
    assert.throws(() => selectWithoutEngine(one), /Stack one could not be selected/);
    one.select();
    selectWithoutEngine(one);
    other.select();
    selectWithoutEngine(other);
    assert.throws(() => selectWithoutEngine(one), /Stack one could not be selected/);
    other.forget();
    assert.throws(() => selectWithoutEngine(other), /Stack other could not be selected/);
  });
});
