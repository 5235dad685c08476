import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Installer, type InstallFolders } from "../../../tools/installer/installer";
import type { Tool } from "../../../tools/installer/tool";
import { temporaryFolder, withPath, writeScript } from "./temporary";

/** Stand-in for Go: writes its arguments, and counts its calls. */
const fakeGo = `
case $1 in env) echo go1.26.0; exit 0;; esac
echo "$@" >> "$BUILDS"
while [ $# -gt 1 ]; do
  if [ "$1" = -o ]; then output=$2; fi
  shift
done
[ -e "$BROKEN" ] && { echo half > "$output"; exit 1; }
echo built > "$output"`;

describe("tools: installer", () => {
  const folder = temporaryFolder();
  let folders: InstallFolders;
  let tool: Tool;

  beforeEach(() => {
    const at = (name: string): string => join(folder.path, name);
    folders = {
      bin: at("bin"),
      stamps: at("stamps"),
      logs: at("logs"),
      unfinished: at("unfinished"),
      goModules: at("modules"),
      pulumiHome: at("pulumi"),
    };
    tool = {
      name: "chisel",
      group: "engine",
      version: "1.0.0",
      programs: ["chisel", "mallet"],
      builds: ["chisel", "mallet"].map((name) => ({ module: name, packages: { [name]: "." } })),
    };
    for (const { module } of tool.builds) {
      mkdirSync(join(folders.goModules, module), { recursive: true });
      writeFileSync(join(folders.goModules, module, "go.mod"), `module ${module}\n\ngo 1.25\n`);
    }
    writeScript(join(folder.path, "machine", "go"), `BUILDS=${at("builds")} BROKEN=${at("broken")}${fakeGo}`);
  });

  /** Installs with a PATH of the stand-in for Go and the shell's own programs. */
  function install(...tools: Tool[]): Promise<void> {
    const path = `${join(folder.path, "machine")}:/usr/bin:/bin`;
    return withPath(path, () => new Installer(folders, path).install(tools));
  }

  const builds = (): number => {
    const file = join(folder.path, "builds");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").length : 0;
  };
  const content = (program: string): string => readFileSync(join(folders.bin, program), "utf8");

  it("builds what is nowhere else, and nothing the second time", async () => {
    await install(tool);
    assert.equal(builds(), 2);
    assert.equal(content("mallet"), "built\n");
    await install(tool);
    assert.equal(builds(), 2);
  });

  it("builds only the program that was removed", async () => {
    await install(tool);
    rmSync(join(folders.bin, "mallet"));
    await install(tool);
    assert.equal(builds(), 3);
    assert.deepEqual(readdirSync(folders.bin).sort(), ["chisel", "mallet"]);
  });

  it("builds a tool again when its version changes, and leaves the others", async () => {
    const other: Tool = {
      ...tool,
      name: "plane",
      programs: ["plane"],
      builds: [{ module: "chisel", packages: { plane: "." } }],
    };
    await install(tool, other);
    await install({ ...tool, version: "1.1.0" }, other);
    assert.equal(builds(), 5);
  });

  it("keeps the old program when the new one does not build, and tries again next time", async () => {
    await install(tool);
    writeFileSync(join(folder.path, "broken"), "");
    const next = { ...tool, version: "1.1.0" };
    await assert.rejects(install(next), /Building chisel ended with code 1/);
    assert.equal(content("chisel"), "built\n");
    assert.deepEqual(new Installer(folders, "").outdated(next), ["chisel", "mallet"]);
    assert.deepEqual(readdirSync(folders.unfinished), []);
  });

  it("removes what a killed installation left, and not what another one is making", async () => {
    const [ofKilled, ofRunning] = [`a.${unusedProcessId()}`, `b.${process.ppid}`];
    for (const name of [ofKilled, ofRunning]) mkdirSync(join(folders.unfinished, name), { recursive: true });
    await install(tool);
    assert.deepEqual(readdirSync(folders.unfinished), [ofRunning]);
  });

  it("links what the machine has, and installs anew when that is gone", async () => {
    for (const program of tool.programs) writeScript(join(folder.path, "machine", program), "echo 1.5.0");
    const onPath = {
      program: "chisel",
      args: [],
      pattern: /(\d+\.\d+\.\d+)/,
      accepts: { min: "1.0.0", below: "2.0.0" },
    };
    await install({ ...tool, onPath });
    assert.equal(readlinkSync(join(folders.bin, "chisel")), join(folder.path, "machine", "chisel"));
    assert.equal(builds(), 0);
    rmSync(join(folder.path, "machine", "chisel"));
    await install({ ...tool, onPath });
    assert.equal(content("chisel"), "built\n");
  });

  it("tries no download after one without an answer, since each would wait as long", async () => {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests++;
      response.end("downloaded");
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const single = (name: string, url: string): Tool => ({
      ...tool,
      name,
      programs: [name],
      downloads: [{ url, program: name }],
      builds: [{ module: "chisel", packages: { [name]: "." } }],
    });
    try {
      await install(single("plane", "http://127.0.0.1:1/plane"), single("saw", `http://127.0.0.1:${port}/saw`));
      assert.deepEqual([content("plane"), content("saw"), requests], ["built\n", "built\n", 0]);
      await install(single("file", `http://127.0.0.1:${port}/file`));
      assert.deepEqual([content("file"), requests], ["downloaded", 1]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it("puts a Pulumi plugin where the engine looks for it, under its version", async () => {
    await install({ ...tool, pulumiPlugin: "wood" });
    const link = join(folders.pulumiHome, "plugins", "resource-wood-v1.0.0", "chisel");
    assert.equal(readFileSync(link, "utf8"), "built\n");
  });
});

/** Larger than any process id of Linux: /proc/sys/kernel/pid_max is at most 2^22. */
function unusedProcessId(): number {
  return 2 ** 22 + 1;
}
