/**
 * Serves the chaincode to peers (chaincode as a service).
 *
 * Runs fabric-shim's own `fabric-chaincode-node server` in this process, with two additions: settings from the
 * environment variables of Fabric's ccaas documentation, and an orderly stop. As process 1 of a container Node.js
 * ignores SIGTERM without a listener.
 */
import { join } from "node:path";
import { transactions } from "./activity";
import { readSettings, type ServerSettings } from "./settings";

/**
 * Longest wait for transactions in progress, in milliseconds. A transaction takes a few milliseconds, but one whose peer
 * has died waits for an answer that never comes.
 */
const LONGEST_STOP = 5000;

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  stopOn("SIGTERM");
  stopOn("SIGINT");
  console.log(`serving ${settings.chaincodeId} on ${settings.address}, ${describeTls(settings)}`);
  // With its default, "info", fabric-shim logs every decorator of the contract at each start.
  process.env.CORE_CHAINCODE_LOGGING_LEVEL ??= "warning";
  process.argv = [process.execPath, "fabric-chaincode-node", "server", ...serverFlags(settings)];
  await import("fabric-shim/cli.js");
}

function serverFlags({ chaincodeId, address, tls }: ServerSettings): string[] {
  const flags = ["--module-path", join(__dirname, ".."), "--chaincode-id", chaincodeId, "--chaincode-address", address];
  if (tls) flags.push("--chaincode-tls-key-file", tls.key, "--chaincode-tls-cert-file", tls.certificate);
  if (tls?.clientCaCertificate) flags.push("--chaincode-tls-client-cacert-file", tls.clientCaCertificate);
  return flags;
}

function describeTls({ tls }: ServerSettings): string {
  if (!tls) return "without TLS";
  return tls.clientCaCertificate ? "mutual TLS" : "TLS";
}

/** Ends the process after the transactions in progress; a second signal ends it at once. */
function stopOn(signal: "SIGTERM" | "SIGINT"): void {
  process.once(signal, () => {
    console.log(`${signal}: stopping after the transactions in progress`);
    void transactions.idle(LONGEST_STOP).then(() => {
      // The answer of the last transaction is written to its stream in this turn of the event loop.
      setImmediate(() => process.exit(0));
    });
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
