import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { missingPackages, selectMissing } from "../../../tools/installer/debian";
import { findProgram } from "../../../lib/find-program";
import { projectRoot } from "../../../tools/paths";
import { temporaryFolder, writeScript } from "./temporary";

const missingNode =
  "error: Node.js is missing: install it with npm (https://nodejs.org/en/download; on Debian: apt-get install nodejs npm) and run this again.\n";

/** The shell part, in a project with nothing else: stand-ins for node and npm print their arguments. */
describe("tools: start on a new machine", () => {
  const folder = temporaryFolder();
  const at = (...names: string[]): string => join(folder.path, ...names);

  beforeEach(() => {
    for (const file of ["run", "bootstrap.sh", "node.sh", "node/package.json", "node/package-lock.json"]) {
      mkdirSync(dirname(at("project", "tools", file)), { recursive: true });
      copyFileSync(join(projectRoot, "tools", file), at("project", "tools", file));
    }
    writeFileSync(at("project", "package-lock.json"), "the lock file");
    mkdirSync(at("bin"));
    for (const program of ["sh", "dirname", "cmp", "sed", "uname", "mkdir", "cp", "mv", "rm", "head", "chmod", "cat"]) {
      symlinkSync(findProgram(program, process.env.PATH) ?? "", at("bin", program));
    }
  });

  /** A Node.js of a given version, which prints its arguments. */
  function installNode(file: string, version: string): void {
    writeScript(file, `case "$*" in --version) echo v${version};; *) echo "node ${version}: $*";; esac`);
  }

  /** The part of npm for `npm ci`; in tools/node it installs the pinned Node.js. */
  function installNpm(): void {
    const node = "node_modules/.bin/node";
    const pinned = `mkdir -p node_modules/.bin; printf '#!/bin/sh\\necho v24.21.0\\n' > ${node}; chmod +x ${node}`;
    const body = `echo "$* in $PWD" >> ${at("npm-calls")}; mkdir -p node_modules; case $PWD in *.tools*) ${pinned};; esac`;
    writeScript(at("bin", "npm"), body);
  }

  /** Runs a TypeScript file of the project by tools/run. */
  function run(...words: string[]): { code: number | null; stderr: string; stdout: string } {
    const command = [at("project", "tools", "run"), ...words];
    const result = spawnSync(at("bin", "sh"), command, { env: { PATH: at("bin") }, encoding: "utf8" });
    return { code: result.status, stderr: result.stderr, stdout: result.stdout };
  }

  const npmCalls = (): string[] => {
    const file = at("npm-calls");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  };

  it("says in one sentence that Node.js is missing, and how to get it", () => {
    assert.deepEqual(run("up.ts"), { code: 1, stdout: "", stderr: missingNode });
  });

  it("says in one sentence that npm is missing", () => {
    installNode(at("bin", "node"), "24.0.0");
    const { code, stderr } = run("up.ts");
    assert.equal(code, 1);
    assert.match(stderr, /^error: npm is missing: install Node\.js with npm \(https:.*\) and run this again\.\n$/);
  });

  it("runs on the machine's Node.js where that is new enough, and installs npm packages once", () => {
    installNode(at("bin", "node"), "22.19.0");
    installNpm();
    const expected = { code: 0, stdout: "node 22.19.0: -r ./tools/runtime/typescript-cache.cjs up.ts now\n" };
    assert.deepEqual(run("up.ts", "now"), {
      ...expected,
      stderr: "npm packages: installing what package-lock.json lists\n",
    });
    assert.deepEqual(run("up.ts", "now"), { ...expected, stderr: "" });
    assert.deepEqual(npmCalls(), [`ci --no-audit --no-fund --loglevel=error in ${at("project")}`]);
  });

  it("installs npm packages again when package-lock.json changed", () => {
    installNode(at("bin", "node"), "22.19.0");
    installNpm();
    run("up.ts");
    writeFileSync(at("project", "package-lock.json"), "another lock file");
    run("up.ts");
    assert.equal(npmCalls().length, 2);
  });

  it("leaves npm packages that somebody installed by hand after package-lock.json changed", () => {
    installNode(at("bin", "node"), "22.19.0");
    installNpm();
    mkdirSync(at("project", "node_modules"));
    writeFileSync(at("project", "node_modules", ".package-lock.json"), "npm's own");
    utimesSync(at("project", "package-lock.json"), 1, 1);
    run("up.ts");
    assert.deepEqual(npmCalls(), []);
  });

  it("gets the pinned Node.js where the machine's is too old, once", () => {
    installNode(at("bin", "node"), "20.20.2");
    installNpm();
    const { stdout, stderr } = run("up.ts");
    assert.equal(stdout, "v24.21.0\n");
    assert.match(stderr, /^Node\.js 24\.21\.0: installing under \.tools\/node\n/);
    assert.equal(run("up.ts").stderr, "");
    assert.equal(npmCalls().length, 2);
  });

  it("asks for a command", () => {
    installNode(at("bin", "node"), "22.19.0");
    installNpm();
    assert.match(run().stderr, /error: tools\/run needs a command, for example: /);
  });
});

describe("tools: Debian packages", () => {
  it("treats packages as missing that dpkg does not know, or that were removed without their configuration", () => {
    const answer = "runc installed\netcd-server config-files\ndpkg-query: no packages found matching ipset\n";
    assert.deepEqual(selectMissing(["runc", "etcd-server", "ipset"], answer), ["etcd-server", "ipset"]);
  });

  it("does not take a package for installed because another's name ends alike", () => {
    assert.deepEqual(selectMissing(["c"], "runc installed\n"), ["c"]);
  });

  it("asks about nothing when nothing is needed", () => {
    assert.deepEqual(missingPackages([]), []);
  });
});
