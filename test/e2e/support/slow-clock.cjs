/**
 * For `node --require`: in a provider's process, resources are given a time in the past, so that the certificates that they
 * make end soon. Connections, waits and logs keep the real time, by which nodes judge what they are sent.
 *
 * SLOW_CLOCK names a file with the number of milliseconds; without the file the clock is right.
 */
"use strict";
const { readFileSync } = require("node:fs");

/** Modules that hand the time to resources. */
const givers = /\/provider\/framework\/(operation|provider)\.ts/;

function millisecondsBehind() {
  try {
    return Number(readFileSync(process.env.SLOW_CLOCK, "utf8"));
  } catch {
    return 0;
  }
}

const RealDate = Date;
const behind = millisecondsBehind();

if (behind > 0) {
  globalThis.Date = class Date extends RealDate {
    constructor(...args) {
      const giver = args.length === 0 && givers.test(new Error().stack.split("\n")[2] ?? "");
      if (giver) super(RealDate.now() - behind);
      else super(...args);
    }
  };
}
