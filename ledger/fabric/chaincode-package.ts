/**
 * Chaincode packages for chaincode that runs as a service. The bytes depend on the inputs alone: the package id is
 * their hash, so it is known before any peer has seen the package.
 * https://hyperledger-fabric.readthedocs.io/en/latest/cc_service.html
 */
import { createHash } from "node:crypto";
import { gzipStored, tarFiles } from "./archive";
import { problem, show, throwProblems, type Problem } from "../../lib/problem";
import { validateChaincodeLabel, validateDuration } from "./validate-names";

/** `connection.json` of a chaincode that runs as a service. String fields may be Go templates of the ccaas builder. */
export interface ChaincodeConnection {
  /** `host:port` of the chaincode server. */
  address: string;
  /** Go duration, for example `10s`. */
  dial_timeout: string;
  tls_required: boolean;
  /** @default false */
  client_auth_required?: boolean;
  /** Root certificate (PEM) of the chaincode server's TLS certificate. Needed with `tls_required`. */
  root_cert?: string;
  /** TLS key (PEM) of the peer as client. Needed with `client_auth_required`. */
  client_key?: string;
  /** TLS certificate (PEM) of the peer as client. Needed with `client_auth_required`. */
  client_cert?: string;
}

export interface ChaincodePackageInputs {
  /** `[A-Za-z0-9][A-Za-z0-9_.+-]*`. */
  label: string;
  /** Address and TLS settings of the chaincode's server. */
  connection: ChaincodeConnection;
  /** Path below `META-INF` (`statedb/couchdb/indexes/owner.json`) -> content. */
  metaInf?: Record<string, string>;
}

export interface ChaincodePackage {
  label: string;
  /** `label:sha256`. */
  packageId: string;
  /** tar.gz bytes. */
  bytes: Uint8Array;
}

/** `type` of metadata.json that the peer image's built-in builder answers to. */
const packageType = "ccaas";
/** Index definitions are the only metadata that peers take from a package. */
export const indexPathForm =
  /^statedb\/couchdb\/(indexes|collections\/[A-Za-z0-9_-]+\/indexes)\/[A-Za-z0-9_.-]+\.json$/;
const templateForm = /\{\{.*\}\}/;
const addressForm = /^[A-Za-z0-9_.-]+:\d{1,5}$/;

/**
 * Packs a chaincode.
 *
 * @throws InputError with everything that is wrong with the inputs.
 */
export function packageChaincode({ label, connection, metaInf = {} }: ChaincodePackageInputs): ChaincodePackage {
  throwProblems(`chaincode package ${label}`, [
    ...validateChaincodeLabel(label, "label"),
    ...validateConnection(connection, "connection"),
    ...validateMetaInf(metaInf, "metaInf"),
  ]);
  const indexes = Object.entries(metaInf).map(([path, content]) => [`META-INF/${path}`, content] as const);
  const code = tarFiles({ "connection.json": connectionFile(connection), ...Object.fromEntries(indexes) });
  const bytes = gzipStored(
    tarFiles({
      "metadata.json": JSON.stringify({ type: packageType, label }),
      "code.tar.gz": gzipStored(code),
    }),
  );
  return { label, packageId: chaincodePackageId(label, bytes), bytes };
}

/** `label:` and the hex SHA-256 of the package bytes, as peers compute it. */
export function chaincodePackageId(label: string, bytes: Uint8Array): string {
  return `${label}:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Fields in fixed order, whatever the order of the input; unset ones are left out. */
function connectionFile(connection: ChaincodeConnection): string {
  const { address, dial_timeout, tls_required, client_auth_required, root_cert, client_key, client_cert } = connection;
  return JSON.stringify({
    address,
    dial_timeout,
    tls_required,
    client_auth_required: client_auth_required ?? false,
    root_cert,
    client_key,
    client_cert,
  });
}

function validateConnection(connection: ChaincodeConnection, path: string): Problem[] {
  const { address, dial_timeout, tls_required, client_auth_required, root_cert, client_key, client_cert } = connection;
  const isAddress = addressForm.test(address) || templateForm.test(address);
  return [
    ...(isAddress ? [] : [problem({ path: `${path}.address`, given: address, must: "be <host>:<port>" })]),
    ...(templateForm.test(dial_timeout) ? [] : validateDuration(dial_timeout, `${path}.dial_timeout`)),
    ...needed(tls_required, root_cert, `${path}.root_cert`, "tls_required"),
    ...needed(client_auth_required === true, client_key, `${path}.client_key`, "client_auth_required"),
    ...needed(client_auth_required === true, client_cert, `${path}.client_cert`, "client_auth_required"),
  ];
}

function needed(isNeeded: boolean, value: string | undefined, path: string, reason: string): Problem[] {
  return isNeeded && (value ?? "") === ""
    ? [problem({ path, given: undefined, must: "be there", because: `${reason} is true` })]
    : [];
}

function validateMetaInf(metaInf: Record<string, string>, path: string): Problem[] {
  return Object.keys(metaInf).flatMap((file) =>
    indexPathForm.test(file)
      ? []
      : [problem({ path: `${path}[${show(file)}]`, must: "be named statedb/couchdb/indexes/<name>.json" })],
  );
}
