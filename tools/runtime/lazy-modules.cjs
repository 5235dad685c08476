/**
 * Delays two heavy modules that the Pulumi SDK loads to turn functions into text, which no program here does: the
 * TypeScript compiler and npm's own dependency resolver. They cost half of a program's start: half a second and 65 MB.
 * The first access to such a module loads it.
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

/** A stand-in for a module, which loads the module at the first access. */
function later(now) {
  let module;
  return new Proxy(
    {},
    {
      // Compilers' import helpers read this key, and copy the exports of modules without it.
      get: (_, key) => (key === "__esModule" ? true : (module ??= now())[key]),
      has: (_, key) => key in (module ??= now()),
    },
  );
}
