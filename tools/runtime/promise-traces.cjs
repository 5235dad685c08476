/**
 * Stops the Pulumi SDK from taking a stack trace for each of its thousands of promises, which costs more than half of a
 * program's processor time. The traces serve only to find promises that never end. `PULUMI_DEBUG_PROMISE_LEAKS=1`
 * brings them back.
 */
"use strict";
const { changeModule } = require("./loaded-module.cjs");

const file = /[\\/]@pulumi[\\/]pulumi[\\/]runtime[\\/]debuggable\.js$/;

if (!process.env.PULUMI_DEBUG_PROMISE_LEAKS) changeModule(file, withoutTraces);

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
