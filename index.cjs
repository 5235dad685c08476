/**
 * Where Pulumi enters: the program is index.ts. Every language host can load JavaScript, and from here on TypeScript is
 * compiled once and remembered. Hosts that know no runtime options would compile it at each run.
 */
"use strict";
require("./tools/runtime/typescript-cache.cjs");
require("./components/exit-with-engine.ts").exitWithEngine();
module.exports = require("./index.ts").program;
