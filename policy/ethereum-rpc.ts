/** What a container's Ethereum client offers by RPC, as far as its command line and environment tell. */
import { items, textAt } from "./values";

export interface RpcEndpoint {
  port: number;
  /** In lower case. */
  apis: string[];
}

/** Options of geth and GoQuorum, then of Besu, with dots and underscores as hyphens. The last value counts. */
const endpoints = [
  { defaultPort: 8545, ports: ["http-port", "rpc-http-port"], apis: ["http-api", "rpc-http-api", "rpc-http-apis"] },
  { defaultPort: 8546, ports: ["ws-port", "rpc-ws-port"], apis: ["ws-api", "rpc-ws-api", "rpc-ws-apis"] },
];

/** The endpoints whose APIs are said; a client that is told nothing offers no administrator's. */
export function rpcEndpoints(container: unknown): RpcEndpoint[] {
  const options = new Map([...environment(container), ...commandLine(container)]);
  const first = (names: readonly string[]) =>
    names.map((name) => options.get(name)).find((value) => value !== undefined);
  return endpoints.flatMap(({ defaultPort, ports, apis }) => {
    const list = first(apis);
    if (list === undefined) return [];
    return [{ port: Number(first(ports) ?? defaultPort), apis: list.toLowerCase().split(/[,\s]+/) }];
  });
}

/** `--http.api=eth,net` or `--http.api eth,net`, be it words of their own or a line for a shell. */
function commandLine(container: unknown): [string, string][] {
  const words = [...items(container, "command"), ...items(container, "args")].map(String).join(" ");
  return [...words.matchAll(/--((?:rpc[.-])?(?:http|ws)[.-](?:apis?|port))[= ]["']?([\w,]+)/g)].map(
    ([, name = "", value = ""]) => [normalize(name), value],
  );
}

/** Besu takes every option as a variable, too. Others are not read: their values may be unknown in a preview. */
function environment(container: unknown): [string, string][] {
  return items(container, "env").flatMap((variable) => {
    const name = textAt(variable, "name");
    if (!/^BESU_RPC_(HTTP|WS)_(APIS?|PORT)$/.test(name)) return [];
    return [[normalize(name.slice("BESU_".length)), textAt(variable, "value")] as [string, string]];
  });
}

function normalize(name: string): string {
  return name.toLowerCase().replaceAll(/[._]/g, "-");
}
