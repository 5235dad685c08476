/** RPC interfaces of a container's Ethereum client, as far as its command line and environment show. */
import { items, textAt } from "./values";

export interface RpcEndpoint {
  port: number;
  /** Names of the APIs in lower case. */
  apis: string[];
}

/** Options of geth and GoQuorum, then of Besu, with dots and underscores as hyphens. The last value counts. */
const endpoints = [
  { defaultPort: 8545, ports: ["http-port", "rpc-http-port"], apis: ["http-api", "rpc-http-api", "rpc-http-apis"] },
  { defaultPort: 8546, ports: ["ws-port", "rpc-ws-port"], apis: ["ws-api", "rpc-ws-api", "rpc-ws-apis"] },
];

/** Endpoints with listed APIs. By default clients offer no administrator's API. */
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

/** Options `--http.api=eth,net` or `--http.api eth,net`, as separate arguments or as a line for a shell. */
function commandLine(container: unknown): [string, string][] {
  const words = [...items(container, "command"), ...items(container, "args")].map(String).join(" ");
  return [...words.matchAll(/--((?:rpc[.-])?(?:http|ws)[.-](?:apis?|port))[= ]["']?([\w,]+)/g)].map(
    ([, name = "", value = ""]) => [normalize(name), value],
  );
}

/**
 * Variables of Besu, which reads every option from one. Other variables are skipped, since a preview may not know them.
 */
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
