import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withTemporaryFiles } from "../../../tools/cli/temporary-files";
import { temporaryFolder } from "./temporary";

describe("tools: temporary files of a run of pulumi", () => {
  const folder = temporaryFolder();

  it("are for this user alone, and are gone with the run, since plugins leave credentials there", async () => {
    const of = join(folder.path, "runs");
    const seen = await withTemporaryFiles(async ({ TMPDIR }) => {
      const { stdout } = spawnSync("mktemp", { env: { ...process.env, TMPDIR } });
      assert.ok(existsSync(stdout.toString().trim()));
      assert.equal(statSync(TMPDIR).mode & 0o777, 0o700);
      return stdout.toString().trim();
    }, of);
    assert.ok(seen.startsWith(of));
    assert.deepEqual(readdirSync(of), []);
  });

  it("are gone when the run fails, too", async () => {
    const fail = () => Promise.reject(new Error("failed"));
    await assert.rejects(withTemporaryFiles(fail, folder.path), /^Error: failed$/);
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it("of a killed run go with the next run, and those of a run that goes on stay", async () => {
    const { pid } = spawnSync("true");
    for (const name of [`${pid}-killed`, `${process.ppid}-running`]) {
      mkdirSync(join(folder.path, name));
      writeFileSync(join(folder.path, name, "kubeconfig"), "");
    }
    await withTemporaryFiles(async () => undefined, folder.path);
    assert.deepEqual(readdirSync(folder.path), [`${process.ppid}-running`]);
  });
});
