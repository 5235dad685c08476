/** Stack file key `network.ethereum.rpcGroups`: RPC nodes with further APIs, apart from those that serve applications. */
import type { z } from "zod";
import { clientFacts, type Client } from "../../ledger/ethereum/clients";
import { rpcApis } from "../../ledger/ethereum/clients/client-facts";
import { problem, type Problem } from "../../lib/problem";
import { choice, dnsLabel, dnsName, list, map, wholeNumber } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { duplicates, entriesOf, error, repeated, warning, type Rule } from "../kit/rule";
import { exposure, openToAll, unreachable } from "../shared/exposure";

const toGroup = exposure({
  type: "How clients reach the group: inside the cluster only, or by a load balancer.",
  people: "clients may connect",
  pods: "may connect",
});

const rpcGroup = map({
  name: dnsLabel(20).describe("Name of the group. Its Service is `rpc-NAME`."),
  apis: list(choice(rpcApis), { min: 1, of: "APIs" }).describe(
    "APIs of JSON-RPC beside `eth`, `net` and `web3`. Besu has `debug`, `trace` and `txpool`, geth and GoQuorum have `debug` and " +
      "`txpool`. Calls of `debug` and `trace` are costly, and `debug` can set the node back.",
  ),
  replicas: wholeNumber(1, 100).default(1).describe("Number of nodes of the group."),
  type: toGroup.type,
  httpPort: wholeNumber(1, 65535).default(8545).describe("Port of the Service for JSON-RPC over HTTP."),
  wsPort: wholeNumber(1, 65535).default(8546).describe("Port of the Service for JSON-RPC over WebSocket."),
  externalTrafficPolicy: toGroup.externalTrafficPolicy,
  annotations: toGroup.annotations,
  hosts: list(dnsName(), { of: "DNS names" })
    .default([])
    .describe("Further names under which clients reach the group. Requests for any other name are refused."),
  clientCidrs: toGroup.clientCidrs,
  clientNamespaces: toGroup.clientNamespaces,
});

export type RpcGroupConfig = z.infer<typeof rpcGroup>;

export const rpcGroupFields = {
  rpcGroups: list(rpcGroup, { of: "groups of RPC nodes" })
    .default([])
    .describe(
      "RPC nodes with further APIs, for explorers and debugging: each group has nodes, a Service and clients of its own. Resources, " +
        "storage, placement and `rpc.jwtPublicKey` are those of the RPC nodes. Default: none.",
    ),
};

interface Named {
  name?: string | undefined;
}

/** Values that the rules about groups read. */
export interface LooseRpcGroups {
  config: {
    client?: Client | undefined;
    rpcGroups?: (Loose<RpcGroupConfig> | undefined)[] | undefined;
    validators?: (Named | undefined)[] | undefined;
    bootnodes?: (Named | undefined)[] | undefined;
  };
}

const base = "network.ethereum";

function groupsOf({ config }: LooseRpcGroups) {
  return entriesOf(config.rpcGroups, `${base}.rpcGroups`);
}

function names(network: LooseRpcGroups): Problem[] {
  const { validators, bootnodes } = network.config;
  const nodes = [...entriesOf(validators, `${base}.validators`), ...entriesOf(bootnodes, `${base}.bootnodes`)];
  return duplicates("a name", [
    ...nodes.map(({ item, path }) => ({ value: item.name, path: `${path}.name` })),
    ...groupsOf(network).map(({ item: { name }, path }) => ({
      value: name,
      key: name && `rpc-${name}`,
      path: `${path}.name`,
    })),
  ]).filter(({ path }) => path.startsWith(`${base}.rpcGroups`));
}

function apis(network: LooseRpcGroups): Problem[] {
  const { client } = network.config;
  return groupsOf(network).flatMap(({ item, path }) => {
    const at = `${path}.apis`;
    const unknown = entriesOf(item.apis, at).filter(
      ({ item: api }) => client !== undefined && !clientFacts[client].furtherApis.includes(api),
    );
    return [
      ...repeated("an API", item.apis, at),
      ...unknown.map(({ item: api, path: each }) => {
        const { title, furtherApis } = clientFacts[client!];
        return problem({
          path: each,
          given: api,
          must: `be one of ${furtherApis.join(", ")}`,
          because: `${title} has no other`,
        });
      }),
    ];
  });
}

function ports(network: LooseRpcGroups): Problem[] {
  return groupsOf(network).flatMap(({ item: { httpPort, wsPort }, path }) =>
    httpPort !== undefined && httpPort === wsPort
      ? [problem({ path: `${path}.wsPort`, given: wsPort, must: "be another port than httpPort" })]
      : [],
  );
}

export const rpcGroupRules: readonly Rule<LooseRpcGroups>[] = [
  error(names),
  error(apis),
  error(ports),
  error((network) => groupsOf(network).flatMap(({ item, path }) => unreachable(item, path))),
  warning((network) => groupsOf(network).flatMap(({ item, path }) => openToAll(item, path))),
];
