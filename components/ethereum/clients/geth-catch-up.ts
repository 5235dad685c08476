/**
 * Catching up of geth and GoQuorum: a node that does not mine, with a script in its own console. Both images have no other
 * program. The script reads and makes files by the functions of the console that load scripts and export blocks.
 */
import { busyMark, stuckMark } from "../../../lib/container-words";
import {
  catchUpMarks,
  catchUpRemedy,
  chainVariables,
  emptyPeersSeconds,
  freshSeconds,
  quietSeconds,
  repeatSeconds,
} from "./client";

/** Script of the console. Kubernetes replaces the variables. The node ends, and with it the container, when the script has. */
export const catchUpScript = `(function () {
  var generation = "$(${chainVariables.generation})";
  var begun = ["$(${chainVariables.begunHere})", "$(${chainVariables.begunElsewhere})"];
  if (begun.indexOf(generation) < 0) return;
  var fetching = "${catchUpMarks.begun}" + generation, fetched = "${catchUpMarks.done}" + generation;
  var isThere = function (file) {
    try { loadScript(file); } catch (error) { return !/could not read/i.test(String(error)); }
    return true;
  };
  var make = function (file) { if (!isThere(file)) admin.exportChain(file, 0, 0); };
  var began = Date.now(), changed = began, height = -1, target = 0, said = "", spoke = 0;
  var say = function (words) {
    if (words === said && Date.now() - spoke < ${repeatSeconds * 1000}) return;
    console.log(words);
    said = words;
    spoke = Date.now();
  };
  var lacks = function (peers) { say("${stuckMark}the chain has begun, this volume has none of it, and " + peers + "; ${catchUpRemedy}"); };
  for (;;) {
    try {
      var head = eth.getBlock("latest"), progress = eth.syncing, peers = net.peerCount, now = Date.now();
      if (height < 0) {
        if (head.number > 0 && (!isThere(fetching) || isThere(fetched))) return;
        make(fetching);
      }
      if (head.number !== height) changed = now;
      height = head.number;
      if (progress) target = Math.max(target, progress.highestBlock);
      var isQuiet = now - changed > ${quietSeconds * 1000}, isFresh = now / 1000 - head.timestamp < ${freshSeconds};
      if (peers > 0 && height > 0 && !progress && height >= target && (isFresh || isQuiet)) {
        make(fetched);
        say("${busyMark}has the chain up to block " + height);
        return;
      }
      if (peers === 0) lacks("no peer is connected");
      else if (height === 0 && !progress && now - began > ${emptyPeersSeconds * 1000}) lacks("no peer has it");
      else say("${busyMark}fetches the chain, block " + height + (target > height ? " of " + target : ""));
    } catch (error) {
      if (/closed/i.test(String(error))) return;
      console.log(String(error));
    }
    admin.sleep(1);
  }
})()`;
