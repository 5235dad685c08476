/** The whole `make preview-report`: this project's program, engine, providers and policy pack; no cluster answers. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { folderBackend } from "../../tools/cli/environment";
import { paths, projectRoot } from "../../tools/paths";

/** Git ignores files of this name. */
const stack = "e2e-preview-report";
const stackFile = join(paths.stacks, `Pulumi.${stack}.yaml`);

interface StackFile {
  config: Record<string, { fabric: { version: string } } & Record<string, unknown>>;
}

describe("make preview-report of a stack", function () {
  this.timeout(300_000);

  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "preview-report-"));
    mkdirSync(join(folder, "state"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
    for (const file of [
      stackFile,
      ...["json", "events.jsonl"].map((end) => join(projectRoot, ".local", "previews", `${stack}.${end}`)),
    ]) {
      rmSync(file, { force: true });
    }
  });

  function report(change: (file: StackFile) => void) {
    const file = parse(readFileSync(join(paths.stacks, "Pulumi.existing-fabric.yaml"), "utf8")) as StackFile;
    const cluster = file.config["blockchain-clusters:cluster"];
    assert.ok(cluster);
    cluster.kubeconfig = { from: "file", path: "test/support/program/fixtures/kubeconfig.json" };
    change(file);
    writeFileSync(stackFile, stringify(file));
    const main = join("tools", "preview-report", "main.ts");
    const markdown = join(folder, "report.md");
    rmSync(markdown, { force: true });
    const answer = spawnSync(
      process.execPath,
      ["-r", "./tools/runtime/typescript-cache.cjs", main, stack, "--markdown", markdown],
      {
        cwd: projectRoot,
        encoding: "utf8",
        env: {
          ...process.env,
          PULUMI_BACKEND_URL: folderBackend(join(folder, "state")),
          PULUMI_CONFIG_PASSPHRASE: "test",
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        },
      },
    );
    return { ...answer, markdown: readFileSync(markdown, "utf8") };
  }

  it("lets a first preview pass, policies and all", () => {
    const { status, stdout, stderr, markdown } = report(() => undefined);
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /^Stack e2e-preview-report: \d+ to create\n/);
    assert.match(stdout, /\nNo data and no keys are lost\.\n$/);
    assert.match(markdown, /^<!-- preview-report: e2e-preview-report -->\n### ✅/);
  });

  it("refuses a stack file that the program refuses", () => {
    const { status, stdout, markdown } = report((file) => {
      const network = file.config["blockchain-clusters:network"];
      assert.ok(network);
      network.fabric.version = "1.4";
    });
    assert.equal(status, 1, stdout);
    assert.match(stdout, /network\.fabric\.version: given "1\.4"/);
    assert.match(markdown, /^### ❌/m);
  });

  it("refuses what the policy pack refuses, in the pack's own words", () => {
    const { status, stdout, markdown } = report((file) => {
      const block = { provisioner: "ebs.csi.aws.com", parameters: { type: "gp3" } };
      Object.assign(file.config, { "blockchain-clusters:storage": { block } });
    });
    assert.equal(status, 1, stdout);
    const found = "disk-encryption: StorageClass/ledger-block-1: parameters.encrypted: missing; must be true";
    assert.ok(stdout.endsWith(`\nPolicies\n  ${found}\n\nRefused by policy.\n`), stdout);
    assert.ok(markdown.includes(`\n${found}\n`), markdown);
  });

  it("refuses entries of allowReplacement that name no kind", () => {
    const { status, stdout } = report((file) => {
      Object.assign(file.config, { "blockchain-clusters:allowReplacement": ["*"] });
    });
    assert.equal(status, 1, stdout);
    assert.match(stdout, /allowReplacement\[0\]: given "\*"; must be kind and name of a resource/);
  });
});
