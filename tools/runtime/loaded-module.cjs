/** Changes modules of others, whenever they are loaded. */
"use strict";
const Module = require("node:module");

/**
 * Calls `change` with the exports of the module whose file name matches: at once where it is loaded already, else when it
 * is. In a program, the language host's script has loaded the SDK before; in a plugin nobody has.
 */
exports.changeModule = (file, change) => {
  const loaded = Object.keys(require.cache).filter((filename) => file.test(filename));
  for (const filename of loaded) change(require.cache[filename].exports);
  const compile = Module._extensions[".js"];
  Module._extensions[".js"] = (module, filename) => {
    compile(module, filename);
    if (file.test(filename)) change(module.exports);
  };
};
