import assert from "node:assert/strict";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  fingerprint,
  outdatedPrograms,
  programStates,
  readStamp,
  writeStamp,
  type Stamp,
} from "../../../tools/installer/stamp";
import type { Tool } from "../../../tools/installer/tool";
import { temporaryFolder } from "./temporary";

const tool: Tool = {
  name: "chisel",
  group: "engine",
  version: "1.0.0",
  programs: ["chisel", "mallet"],
  builds: [{ module: "chisel", packages: { chisel: "example.com/chisel", mallet: "example.com/mallet" } }],
};

describe("tools: stamps of installed tools", () => {
  const stamp: Stamp = {
    source: "build",
    fingerprint: "abc",
    programs: { chisel: { size: 1, modified: 10 }, mallet: { size: 2, modified: 20 } },
  };
  const found = { chisel: { size: 1, modified: 10 }, mallet: { size: 2, modified: 20 } };

  it("installs nothing when all is as it was", () => {
    assert.deepEqual(
      outdatedPrograms(tool, stamp, () => "abc", found),
      [],
    );
  });

  it("installs everything without a stamp, since the programs are unknown", () => {
    assert.deepEqual(
      outdatedPrograms(tool, undefined, () => "abc", found),
      ["chisel", "mallet"],
    );
  });

  it("installs everything when the tool is made from something else now", () => {
    assert.deepEqual(
      outdatedPrograms(tool, stamp, () => "def", found),
      ["chisel", "mallet"],
    );
  });

  it("installs only the program that is gone", () => {
    assert.deepEqual(
      outdatedPrograms(tool, stamp, () => "abc", { ...found, mallet: undefined }),
      ["mallet"],
    );
  });

  it("installs only the program that was replaced by another file", () => {
    const replaced = { ...found, chisel: { size: 1, modified: 11 } };
    assert.deepEqual(
      outdatedPrograms(tool, stamp, () => "abc", replaced),
      ["chisel"],
    );
  });
});

describe("tools: fingerprint", () => {
  const folder = temporaryFolder();

  beforeEach(() => {
    mkdirSync(join(folder.path, "chisel"));
    writeFileSync(join(folder.path, "chisel", "go.sum"), "sums\n");
  });

  const build = (changed: Partial<Tool> = {}): string => fingerprint({ ...tool, ...changed }, "build", folder.path);

  it("stays the same while nothing changes", () => {
    assert.equal(build(), build());
  });

  it("changes with the version", () => {
    assert.notEqual(build(), build({ version: "1.0.1" }));
  });

  it("changes with the pattern that recognises a version, which JSON alone would lose", () => {
    const probe = { program: "chisel", args: [], accepts: { min: "1.0.0", below: "2.0.0" } };
    const onPath = (pattern: RegExp): string =>
      fingerprint({ ...tool, onPath: { ...probe, pattern } }, "path", folder.path);
    assert.notEqual(onPath(/a/), onPath(/b/));
  });

  it("does not change with an unused source", () => {
    assert.equal(
      build(),
      build({ group: "fabric", downloads: [{ url: "https://example.com/chisel", program: "chisel" }] }),
    );
  });

  it("changes with the pinned modules of a tool that was built, and not of one that was downloaded", () => {
    const before = { build: build(), download: fingerprint(tool, "download", folder.path) };
    writeFileSync(join(folder.path, "chisel", "go.sum"), "other sums\n");
    assert.notEqual(build(), before.build);
    assert.equal(fingerprint(tool, "download", folder.path), before.download);
  });
});

describe("tools: stamps and programs on disk", () => {
  const folder = temporaryFolder();

  it("reads back what was written, and leaves no second file", () => {
    const stamp: Stamp = { source: "path", fingerprint: "abc", programs: { chisel: { size: 1, modified: 2.5 } } };
    writeStamp(folder.path, "chisel", stamp);
    assert.deepEqual(readStamp(folder.path, "chisel"), stamp);
    assert.deepEqual(readdirSync(folder.path), ["chisel.json"]);
  });

  it("treats a damaged stamp as none, so that the tool is installed again", () => {
    writeFileSync(join(folder.path, "chisel.json"), '{"source":');
    assert.equal(readStamp(folder.path, "chisel"), undefined);
  });

  it("sees a link to a program that was uninstalled as missing", () => {
    symlinkSync(join(folder.path, "gone"), join(folder.path, "chisel"));
    writeFileSync(join(folder.path, "mallet"), "four");
    const states = programStates(folder.path, tool.programs);
    assert.equal(states.chisel, undefined);
    assert.equal(states.mallet?.size, 4);
  });
});
