import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../../../lib/find-program";
import { compareVersions, findMachineTool, isAccepted } from "../../../tools/installer/machine-path";
import type { Tool } from "../../../tools/installer/tool";
import { temporaryFolder, writeScript } from "./temporary";

describe("tools: versions", () => {
  it("compares numbers, not text", () => {
    assert.ok(compareVersions("1.10.0", "1.9.0") > 0);
    assert.ok(compareVersions("1.26.8", "1.25.11") > 0);
    assert.equal(compareVersions("1.25", "1.25.0"), 0);
  });

  it("accepts from the smallest version up to, and without, the limit", () => {
    const accepts = { min: "3.259.0", below: "4.0.0" };
    const answers = ["3.258.9", "3.259.0", "3.300.0", "4.0.0"].map((version) => isAccepted(version, accepts));
    assert.deepEqual(answers, [false, true, true, false]);
  });
});

describe("tools: programs on PATH", () => {
  const folder = temporaryFolder();
  const tool: Tool = {
    name: "chisel",
    group: "engine",
    version: "1.2.0",
    programs: ["chisel", "mallet"],
    onPath: {
      program: "chisel",
      args: ["version"],
      pattern: /^chisel v(\d+\.\d+\.\d+)$/m,
      accepts: { min: "1.2.0", below: "2.0.0" },
    },
    builds: [],
  };
  const find = (): Record<string, string> | undefined => findMachineTool(tool, folder.path, "/own/bin");

  function install(version: string): void {
    writeScript(join(folder.path, "chisel"), `echo "a notice"; echo "chisel v${version}"`);
    writeScript(join(folder.path, "mallet"), "");
  }

  it("takes a tool that is whole and new enough", () => {
    install("1.3.0");
    assert.deepEqual(find(), { chisel: join(folder.path, "chisel"), mallet: join(folder.path, "mallet") });
  });

  it("leaves one that is too old", () => {
    install("1.1.9");
    assert.equal(find(), undefined);
  });

  it("leaves one that lacks a program, since programs of two installations need not fit together", () => {
    writeScript(join(folder.path, "chisel"), 'echo "chisel v1.3.0"');
    assert.equal(find(), undefined);
  });

  it("leaves one that does not say its version", () => {
    install("latest");
    assert.equal(find(), undefined);
  });

  it("passes over the folder that this project fills, or a tool would be a link to itself", () => {
    install("1.3.0");
    assert.equal(findMachineTool(tool, folder.path, folder.path), undefined);
  });

  it("passes over files that are not executable, and folders that do not exist", () => {
    writeFileSync(join(folder.path, "notes"), "", { mode: 0o644 });
    assert.equal(findProgram("notes", `/nowhere:${folder.path}`), undefined);
  });
});
