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
// Node.js' own support reads the source map of each file at its load, a tenth of the time, and the Pulumi SDK's finds none.
Error.prepareStackTrace = (error, frames) =>
  [headOf(error), ...frames.map((frame) => `    at ${original(frame)}`)].join("\n");

/** Path of the cached JavaScript, with its source map beside it, or the source map itself; by file. */
const entries = new Map();
const maps = new Map();

Module._extensions[".ts"] = (module, filename) => {
  const source = readFileSync(filename, "utf8");
  const key = createHash("sha256").update(`2\0${compilerVersion}\0${configText}\0${filename}\0${source}`).digest("hex");
  const entry = join(cache, `${key}.js`);
  entries.set(filename, entry);
  module._compile(readIfThere(entry) ?? compile(source, filename, entry), filename, "commonjs");
};

function compile(source, fileName, entry) {
  const ts = require("typescript");
  const { config } = ts.readConfigFile(configFile, ts.sys.readFile);
  const options = { ...config.compilerOptions, ...config["ts-node"].compilerOptions, sourceMap: true };
  const { options: compilerOptions } = ts.convertCompilerOptionsFromJson(options, root);
  const { outputText, sourceMapText } = ts.transpileModule(source, { fileName, compilerOptions });
  maps.set(fileName, new Module.SourceMap(JSON.parse(sourceMapText)));
  store(`${entry}.map`, sourceMapText);
  store(entry, outputText);
  return outputText;
}

/** Several processes may store the same entry at once: each writes its own file, the last rename wins. */
function store(entry, text) {
  const unfinished = `${entry}.${process.pid}`;
  try {
    mkdirSync(cache, { recursive: true });
    writeFileSync(unfinished, text);
    renameSync(unfinished, entry);
  } catch {
    // On a read-only checkout each start compiles again.
  }
}

function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function headOf(error) {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

/** A frame of a stack trace with its place in TypeScript. */
function original(frame) {
  return String(frame).replace(/([^\s()]+\.ts):(\d+):(\d+)/, (text, file, line, column) => {
    const place = mapOf(file)?.findEntry(Number(line) - 1, Number(column) - 1);
    return place?.originalLine === undefined ? text : `${file}:${place.originalLine + 1}:${place.originalColumn + 1}`;
  });
}

function mapOf(file) {
  const entry = entries.get(file);
  if (entry === undefined) return undefined;
  if (!maps.has(file)) {
    const text = readIfThere(`${entry}.map`);
    maps.set(file, text === undefined ? undefined : new Module.SourceMap(JSON.parse(text)));
  }
  return maps.get(file);
}
