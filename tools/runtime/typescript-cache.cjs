/**
 * Runs TypeScript like `ts-node/register` in transpile-only mode, but stores the JavaScript. A process that starts often
 * and ends soon (the provider plugin: twice per `pulumi up`) then needs no compiler.
 *
 *   node -r ./tools/runtime/typescript-cache.cjs file.ts
 *
 * An entry's name is the hash of source, compiler version and tsconfig.json, so that no entry is ever outdated.
 * .tools/cache/typescript can always be deleted.
 */
"use strict";
require("./lazy-modules.cjs");
require("./promise-traces.cjs");
require("./resource-traces.cjs");
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join } = require("node:path");

const root = dirname(dirname(__dirname));
const cache = join(root, ".tools", "cache", "typescript");
const configFile = join(root, "tsconfig.json");
const configText = readFileSync(configFile, "utf8");
const compilerVersion = require("typescript/package.json").version;

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `Node.js ${process.version} is too old: 22.19 or newer is needed (make installs one under .tools)\n`,
  );
  process.exit(1);
}

Module.enableCompileCache(join(root, ".tools", "cache", "node"));
Module.setSourceMapsSupport(true, { nodeModules: false });
// Node.js maps traces itself; the Pulumi SDK's own mapper would do it a second time.
Error.prepareStackTrace = undefined;

Module._extensions[".ts"] = (module, filename) => {
  const source = readFileSync(filename, "utf8");
  const key = createHash("sha256").update(`${compilerVersion}\0${configText}\0${filename}\0${source}`).digest("hex");
  const entry = join(cache, `${key}.js`);
  module._compile(readIfThere(entry) ?? store(entry, transpile(source, filename)), filename, "commonjs");
};

function transpile(source, fileName) {
  const ts = require("typescript");
  const { config } = ts.readConfigFile(configFile, ts.sys.readFile);
  const options = { ...config.compilerOptions, ...config["ts-node"].compilerOptions, inlineSourceMap: true };
  const { options: compilerOptions } = ts.convertCompilerOptionsFromJson(options, root);
  return ts.transpileModule(source, { fileName, compilerOptions }).outputText;
}

/** Several processes may store the same entry at once: each writes its own file, the last rename wins. */
function store(entry, code) {
  const unfinished = `${entry}.${process.pid}`;
  try {
    mkdirSync(cache, { recursive: true });
    writeFileSync(unfinished, code);
    renameSync(unfinished, entry);
  } catch {
    // On a read-only checkout each start compiles again.
  }
  return code;
}

function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
