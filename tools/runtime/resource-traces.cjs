/**
 * Stops the Pulumi SDK from sending the whole stack trace of each resource. The engine keeps it in the state, where it is
 * a tenth of all bytes and nothing shows it, and a state folder or bucket gets the whole state anew before and after each
 * changed resource. The place that creates the resource stays.
 */
"use strict";
const { changeModule } = require("./loaded-module.cjs");

changeModule(/[\\/]@pulumi[\\/]pulumi[\\/]resource\.js$/, ({ Resource }) => withoutCallers(Resource));

function withoutCallers(Resource) {
  const { stackTrace } = Resource;
  // This function is one frame more to leave out.
  Resource.stackTrace = (skip) => stackTrace(skip + 1).slice(0, 1);
}
