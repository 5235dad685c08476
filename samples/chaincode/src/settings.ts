import { existsSync } from "node:fs";

/** Settings of the chaincode server. */
export interface ServerSettings {
  /** Package id that the peers computed, `label:sha256`; a peer refuses any other. */
  chaincodeId: string;
  /** Listen address, `host:port`. */
  address: string;
  /** Default: no TLS. */
  tls?: TlsFiles;
}

/** Paths of PEM files. */
export interface TlsFiles {
  key: string;
  certificate: string;
  /** Root certificates of the peers' client certificates. When set, only peers with such a certificate can connect. */
  clientCaCertificate?: string;
}

/**
 * Reads the settings from environment variables: `CHAINCODE_ID`, `CHAINCODE_SERVER_ADDRESS` (default
 * `0.0.0.0:9999`), and for TLS the paths `CHAINCODE_TLS_KEY`, `CHAINCODE_TLS_CERT`, `CHAINCODE_TLS_CLIENT_CACERT`.
 *
 * @throws {Error} with every variable that is missing or wrong.
 */
export function readSettings(environment: NodeJS.ProcessEnv): ServerSettings {
  const chaincodeId = environment.CHAINCODE_ID ?? "";
  const address = environment.CHAINCODE_SERVER_ADDRESS || "0.0.0.0:9999";
  const key = environment.CHAINCODE_TLS_KEY || undefined;
  const certificate = environment.CHAINCODE_TLS_CERT || undefined;
  const clientCaCertificate = environment.CHAINCODE_TLS_CLIENT_CACERT || undefined;

  const problems = [
    ...chaincodeIdProblems(chaincodeId),
    ...addressProblems(address),
    ...pairProblems(key, certificate, clientCaCertificate),
    ...fileProblems("CHAINCODE_TLS_KEY", key),
    ...fileProblems("CHAINCODE_TLS_CERT", certificate),
    ...fileProblems("CHAINCODE_TLS_CLIENT_CACERT", clientCaCertificate),
  ];
  if (problems.length > 0) throw new Error(problems.join("\n"));

  return {
    chaincodeId,
    address,
    tls: key && certificate ? { key, certificate, clientCaCertificate } : undefined,
  };
}

function chaincodeIdProblems(value: string): string[] {
  if (/^[^:]+:[0-9a-f]{64}$/.test(value)) return [];
  return [`CHAINCODE_ID is "${value}"; set the package id, "label:" and 64 hexadecimal digits`];
}

function addressProblems(value: string): string[] {
  const port = Number(/:([0-9]{1,5})$/.exec(value)?.[1] ?? NaN);
  if (port >= 1 && port <= 65535) return [];
  return [`CHAINCODE_SERVER_ADDRESS is "${value}"; set host:port, for example 0.0.0.0:9999`];
}

function pairProblems(key?: string, certificate?: string, clientCaCertificate?: string): string[] {
  if (Boolean(key) !== Boolean(certificate)) {
    return [`only ${key ? "CHAINCODE_TLS_KEY" : "CHAINCODE_TLS_CERT"} is set; TLS needs both key and certificate`];
  }
  if (clientCaCertificate && !key) {
    return [
      "CHAINCODE_TLS_CLIENT_CACERT is set without CHAINCODE_TLS_KEY and CHAINCODE_TLS_CERT; mutual TLS needs all",
    ];
  }
  return [];
}

function fileProblems(variable: string, path?: string): string[] {
  return path === undefined || existsSync(path) ? [] : [`${variable} is "${path}", which is no file here`];
}
