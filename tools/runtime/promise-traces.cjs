/**
 * Stops the Pulumi SDK from taking a stack trace for each of its thousands of promises, which costs more than half of a
 * program's processor time. The traces serve only to find promises that never end. `PULUMI_DEBUG_PROMISE_LEAKS=1`
 * brings them back.
 */
"use strict";
const Module = require("node:module");

const file = /[\\/]@pulumi[\\/]pulumi[\\/]runtime[\\/]debuggable\.js$/;

const compile = Module._extensions[".js"];
if (!process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
  // In a program, the language host's script has loaded the SDK before this; in a plugin nobody has.
  const loaded = Object.keys(require.cache).filter((filename) => file.test(filename));
  for (const filename of loaded) withoutTraces(require.cache[filename].exports);
  Module._extensions[".js"] = (module, filename) => {
    compile(module, filename);
    if (file.test(filename)) withoutTraces(module.exports);
  };
}

function withoutTraces(debuggable) {
  const { debuggablePromise } = debuggable;
  debuggable.debuggablePromise = (promise, context) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(promise, context);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
}
