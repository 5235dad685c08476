/**
 * enode URLs: how a node is named to its peers (https://ethereum.org/developers/docs/networking-layer/network-addresses/).
 *
 * `enode://<128 hexadecimal digits>@<host>:<TCP port>[?discport=<UDP port>][&raftport=<port>]`
 */
import { clientFacts, type Client } from "./clients";
import type { Enode } from "./enode-url";
import { isPublicKey } from "./key";
import { throwProblems, type Problem } from "../problem";
import { problemAt } from "./problem";

/** Parameters that one client or another takes. */
const anyParameter = ["discport", "raftport"];

const MAX_PORT = 65535;
const URL_SHAPE = /^enode:\/\/([^@]*)@(\[[^\]]*\]|[^:/?#]*):([0-9]{1,5})(?:\?(.*))?$/;
const DNS_NAME = /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;
const IPV4 = /^((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\.(?!$)|$)){4}$/;
const URL_HINT = "write enode://<128 hexadecimal digits>@<host>:<port>[?discport=<port>]";

/**
 * The parts of an enode URL.
 *
 * @throws InputError when `validateEnode` finds a problem.
 */
export function parseEnode(url: string): Enode {
  throwProblems("invalid enode URL", validateEnode(url, "enode"));
  const [, id, host, port, query] = URL_SHAPE.exec(url)!;
  const parameters = new URLSearchParams(query);
  return {
    id: id!.toLowerCase(),
    host: host!.replace(/^\[|\]$/g, ""),
    port: Number(port),
    ...portOf(parameters, "discport", "discoveryPort"),
    ...portOf(parameters, "raftport", "raftPort"),
  };
}

/** Checks shape, public key, host and ports of an enode URL; with `client`, also what only that client accepts. */
export function validateEnode(url: string, path: string, client?: Client): Problem[] {
  const parts = URL_SHAPE.exec(url);
  if (!parts) {
    return [problemAt(path, { what: "not an enode URL", given: url, right: URL_HINT })];
  }
  const [, id, host, port, query] = parts;
  return [
    ...validateId(id!, path),
    ...validateHost(host!, path),
    ...validatePort(port!, "port", 1, path),
    ...validateQuery(query, path, client),
  ];
}

function validateId(id: string, path: string): Problem[] {
  if (!/^[0-9a-f]{128}$/i.test(id)) {
    const what = `the enode id has ${id.length} characters`;
    return [problemAt(path, { what, given: id, right: "write the public key as 128 hexadecimal digits without 0x" })];
  }
  if (!isPublicKey(id)) {
    const what = "the enode id is not a public key of secp256k1";
    return [problemAt(path, { what, given: id, right: "copy it again from the node's own log or admin_nodeInfo" })];
  }
  return [];
}

function validateHost(host: string, path: string): Problem[] {
  // The last label of a DNS name is never all digits, so 10.0.0.256 is a mistyped address and no name.
  const isName = DNS_NAME.test(host) && !/(^|\.)[0-9]+$/.test(host);
  const isRight = host.startsWith("[") ? URL.canParse(`http://${host}`) : IPV4.test(host) || isName;
  const right = "write a DNS name, an IPv4 address, or an IPv6 address in brackets";
  return isRight ? [] : [problemAt(path, { what: "the host of the enode URL is no host", given: host, right })];
}

function validatePort(text: string, name: string, lowest: number, path: string): Problem[] {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= lowest && port <= MAX_PORT) {
    return [];
  }
  return [
    problemAt(path, { what: `${name} is no port`, given: text, right: `write a number from ${lowest} to ${MAX_PORT}` }),
  ];
}

function validateQuery(query: string | undefined, path: string, client?: Client): Problem[] {
  if (query === undefined) {
    return [];
  }
  const allowed: readonly string[] = client === undefined ? anyParameter : clientFacts[client].peers.enodeParameters;
  return [...new URLSearchParams(query)].flatMap(([name, value]) => {
    if (!allowed.includes(name)) {
      const takers = client === undefined ? "no client takes" : `${clientFacts[client].title} does not take`;
      const what = `the enode URL has a parameter ${takers}`;
      return [problemAt(path, { what, given: name, right: `leave only ${allowed.join(" and ")}` })];
    }
    return validatePort(value, name, 0, path);
  });
}

function portOf(parameters: URLSearchParams, name: string, field: "discoveryPort" | "raftPort"): Partial<Enode> {
  const value = parameters.get(name);
  return value === null ? {} : { [field]: Number(value) };
}
