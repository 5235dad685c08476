import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  buildTool,
  dockerGo,
  garbageCollection,
  goArguments,
  neededGoVersion,
  type GoBuildFolders,
} from "../../../tools/installer/go-build";
import type { Tool } from "../../../tools/installer/tool";
import { temporaryFolder, withPath, writeScript } from "./temporary";

const tool: Tool = {
  name: "chisel",
  group: "engine",
  version: "1.2.0",
  programs: ["chisel"],
  builds: [{ module: "chisel", packages: { chisel: "example.com/chisel" } }],
};

describe("tools: builds from Go modules", () => {
  const folder = temporaryFolder();
  let folders: GoBuildFolders;

  beforeEach(() => {
    folders = {
      goModules: join(folder.path, "modules"),
      output: join(folder.path, "output"),
      log: join(folder.path, "tools", "logs", "chisel.log"),
    };
    mkdirSync(join(folders.goModules, "chisel"), { recursive: true });
    writeFileSync(join(folders.goModules, "chisel", "go.mod"), "module chisel\n\ngo 1.25.11\n");
  });

  const build = (): Promise<void> => withPath(join(folder.path, "bin"), () => buildTool(tool, ["chisel"], folders));

  it("collects the compilers' memory more rarely where each has room, unless the user says how often", () => {
    const gib = 1024 ** 3;
    assert.deepEqual(garbageCollection(undefined, 16 * gib, 4), { GOGC: "400" });
    assert.deepEqual(garbageCollection(undefined, 8 * gib, 4), {});
    assert.deepEqual(garbageCollection("50", 64 * gib, 4), { GOGC: "50" });
  });

  it("changes no pinned module and depends on nothing outside the module", () => {
    const build = {
      module: "chisel",
      packages: {},
      variables: { "main.version": "v1" },
      tags: ["a", "b"],
      linkerFlags: ["-x"],
    };
    const args = goArguments(build, "/out/", ["example.com/chisel"]);
    assert.equal(
      args.join(" "),
      "build -mod=readonly -buildvcs=false -trimpath -o /out/ -tags a b -ldflags -s -w -X main.version=v1 -x example.com/chisel",
    );
  });

  it("asks for the Go version that go.mod names", () => {
    assert.equal(neededGoVersion("module a\n\ngo 1.25.11\n\nrequire b v1.0.0\n"), "1.25.11");
  });

  it("names the fix where there is no Go and no Docker", async () => {
    await assert.rejects(build(), {
      name: "UserError",
      message:
        "Building chisel needs Go 1.25.11 or newer, and there is none on PATH. " +
        "Install it from https://go.dev/dl/ (or start Docker, which then builds it), and run this again.",
    });
  });

  it("does not try with a Go that is too old, and says which it found", async () => {
    writeScript(join(folder.path, "bin", "go"), "echo go1.19.8");
    await assert.rejects(build(), /needs Go 1\.25\.11 or newer, and the one on PATH is 1\.19\.8\./);
  });

  it("shows the end of Go's output, and the place of the rest, when a build fails", async () => {
    writeScript(
      join(folder.path, "bin", "go"),
      'case $1 in env) echo go1.26.0;; *) echo "no such package" >&2; exit 3;; esac',
    );
    await assert.rejects(build(), {
      message: `Building chisel ended with code 3. The last lines of ${folders.log}:\n  no such package`,
    });
    assert.equal(readFileSync(folders.log, "utf8"), "no such package\n");
  });

  it("builds in a container of the needed Go, in the same folders and as the same user, where only Docker is", () => {
    const args = dockerGo("1.25.11", { module: "chisel", packages: {} }, "/m/chisel", folders).join(" ");
    for (const path of [folders.goModules, folders.output]) assert.ok(args.includes(`--volume ${path}:${path}`), args);
    assert.ok(args.includes(`--user ${process.getuid?.()}:${process.getgid?.()}`), args);
    assert.ok(args.includes("--env CGO_ENABLED=0"), args);
    assert.ok(args.endsWith("--workdir /m/chisel golang:1.25.11 go"), args);
  });
});
