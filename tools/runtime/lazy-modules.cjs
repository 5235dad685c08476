/**
 * Delays heavy modules that most processes here load and do not need. The first access to such a module loads it.
 */
"use strict";
const Module = require("node:module");

/** Modules, as those whose path matches ask for them. */
const heavy = [
  // What the Pulumi SDK needs to turn functions into text, which no program here does, and to start an engine: half of the
  // time that the SDK takes to load, and 65 MB.
  { by: /[\\/]node_modules[\\/]@pulumi[\\/]pulumi[\\/]/, modules: ["typescript", "@npmcli/arborist", "./automation"] },
  // Messages in forty languages, of which one is used.
  { by: /[\\/]node_modules[\\/]zod[\\/]v4[\\/](core|classic)[\\/]/, modules: ["../locales/index.cjs"] },
  // A sixth of the program's modules. It serves certificates of partners, and of those who make some.
  { by: /[\\/](ledger|lib)[\\/][^.]*\.ts$/, modules: ["@peculiar/x509"] },
];

const load = Module._load;
Module._load = function (request, parent, ...rest) {
  const now = () => load.call(this, request, parent, ...rest);
  const isHeavy = heavy.some(({ by, modules }) => modules.includes(request) && by.test(parent?.filename ?? ""));
  return isHeavy ? later(now) : now();
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
