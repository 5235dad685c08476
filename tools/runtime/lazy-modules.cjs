/**
 * Puts off the two heavy modules that the Pulumi SDK loads to turn functions into text, which no program here does: the
 * TypeScript compiler and npm's own dependency resolver. They are half of what a program takes to start, half a second
 * and 65 MB. Whoever touches them after all gets them at that moment.
 */
"use strict";
const Module = require("node:module");

const heavy = new Set(["typescript", "@npmcli/arborist"]);
const sdk = /[\\/]node_modules[\\/]@pulumi[\\/]pulumi[\\/]/;

const load = Module._load;
Module._load = function (request, parent, ...rest) {
  const now = () => load.call(this, request, parent, ...rest);
  return heavy.has(request) && sdk.test(parent?.filename ?? "") ? later(now) : now();
};

/** What looks like a module and becomes one when something in it is asked for. */
function later(now) {
  let module;
  return new Proxy(
    {},
    {
      // Compilers' import helpers look at this, and copy the exports of modules that do not have it.
      get: (_, key) => (key === "__esModule" ? true : (module ??= now())[key]),
      has: (_, key) => key in (module ??= now()),
    },
  );
}
