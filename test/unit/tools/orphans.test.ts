import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { orphanedPrograms } from "../../../tools/cli/orphans";
import { temporaryFolder } from "./temporary";

describe("tools: programs of an engine that was killed", () => {
  const proc = temporaryFolder();

  /** Adds a process to a list in the form of Linux. */
  function addProcess(pid: number, parent: number, program: string): void {
    const folder = join(proc.path, String(pid));
    const name = program.split("/").at(-1) ?? "";
    mkdirSync(folder);
    symlinkSync(program, join(folder, "exe"));
    writeFileSync(join(folder, "comm"), `${name}\n`);
    writeFileSync(join(folder, "stat"), `${pid} (${name} (a) b) S ${parent} ${pid} ${pid} 0 -1`);
  }

  const orphans = (): number[] => orphanedPrograms("/project/.tools", proc.path);

  beforeEach(() => {
    addProcess(1, 0, "/sbin/init");
    addProcess(50, 1, "/project/.tools/bin/pulumi");
  });

  it("finds the plugin and the language host that the system has taken over", () => {
    addProcess(60, 1, "/project/.tools/bin/pulumi-resource-kubernetes");
    addProcess(61, 1, "/project/.tools/bin/pulumi-language-nodejs");
    assert.deepEqual(orphans(), [60, 61]);
  });

  it("leaves those of an engine that is at work", () => {
    addProcess(60, 50, "/project/.tools/bin/pulumi-resource-kubernetes");
    assert.deepEqual(orphans(), []);
  });

  it("leaves those of other projects, and other programs of this one", () => {
    addProcess(60, 1, "/usr/bin/pulumi-resource-kubernetes");
    addProcess(61, 1, "/project/.tools/bin/kube-apiserver");
    assert.deepEqual(orphans(), []);
  });

  it("passes over a process that ends while it is read", () => {
    mkdirSync(join(proc.path, "70"));
    assert.deepEqual(orphans(), []);
  });

  it("finds nothing on a system without a list of processes", () => {
    assert.deepEqual(orphanedPrograms("/project/.tools", join(proc.path, "nowhere")), []);
  });
});
