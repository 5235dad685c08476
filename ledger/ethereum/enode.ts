/**
 * enode URLs: names of nodes among their peers (https://ethereum.org/developers/docs/networking-layer/network-addresses/).
 *
 * `enode://<128 hexadecimal digits>@<host>:<TCP port>[?discport=<UDP port>][&raftport=<port>]`
 */
import { clientFacts, type Client } from "./clients";
import type { Enode } from "./enode-url";
import { isPublicKey } from "./key";
import { problem, throwProblems, type Problem } from "../../lib/problem";

/** Parameters that at least one client accepts. */
const anyParameter = ["discport", "raftport"];

const maxPort = 65535;
const urlForm = /^enode:\/\/([^@]*)@(\[[^\]]*\]|[^:/?#]*):([0-9]{1,5})(?:\?(.*))?$/;
const dnsNameForm = /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;
const ipv4Form = /^((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\.(?!$)|$)){4}$/;
const form = "be enode://<128 hexadecimal digits>@<host>:<port>[?discport=<port>]";

/**
 * The parts of an enode URL.
 *
 * @throws InputError when `validateEnode` finds a problem.
 */
export function parseEnode(url: string): Enode {
  throwProblems("invalid enode URL", validateEnode(url, "enode"));
  const [, id, host, port, query] = urlForm.exec(url)!;
  const parameters = new URLSearchParams(query);
  return {
    id: id!.toLowerCase(),
    host: host!.replace(/^\[|\]$/g, ""),
    port: Number(port),
    ...portOf(parameters, "discport", "discoveryPort"),
    ...portOf(parameters, "raftport", "raftPort"),
  };
}

/** Checks shape, public key, host and ports of an enode URL; with `client`, also that client's own limits. */
export function validateEnode(url: string, path: string, client?: Client): Problem[] {
  const parts = urlForm.exec(url);
  if (!parts) return [problem({ path, given: url, must: form })];
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
    const because = `${id.length} characters stand before @`;
    return [problem({ path, given: id, must: "be a public key of 128 hexadecimal digits without 0x", because })];
  }
  if (!isPublicKey(id)) {
    const hint = "Copy it again from the node's own log or admin_nodeInfo";
    return [problem({ path, given: id, must: "be a public key of secp256k1", hint })];
  }
  return [];
}

function validateHost(host: string, path: string): Problem[] {
  // The last label of a DNS name is never all digits: 10.0.0.256 is a mistyped address, not a name.
  const isName = dnsNameForm.test(host) && !/(^|\.)[0-9]+$/.test(host);
  const isRight = host.startsWith("[") ? URL.canParse(`http://${host}`) : ipv4Form.test(host) || isName;
  const must = "be a host: a DNS name, an IPv4 address, or an IPv6 address in brackets";
  return isRight ? [] : [problem({ path, given: host, must })];
}

function validatePort(text: string, name: string, lowest: number, path: string): Problem[] {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= lowest && port <= maxPort) return [];
  return [problem({ path, given: text, must: `be a ${name} from ${lowest} to ${maxPort}` })];
}

function validateQuery(query: string | undefined, path: string, client?: Client): Problem[] {
  if (query === undefined) return [];
  const allowed: readonly string[] = client === undefined ? anyParameter : clientFacts[client].peers.enodeParameters;
  return [...new URLSearchParams(query)].flatMap(([name, value]) => {
    if (!allowed.includes(name)) {
      const takers = client === undefined ? "clients take" : `${clientFacts[client].title} takes`;
      const because = `${takers} ${allowed.join(" and ")} alone`;
      return [problem({ path, given: name, must: "be no parameter of the enode URL", because })];
    }
    return validatePort(value, name, 0, path);
  });
}

function portOf(parameters: URLSearchParams, name: string, field: "discoveryPort" | "raftPort"): Partial<Enode> {
  const value = parameters.get(name);
  return value === null ? {} : { [field]: Number(value) };
}
