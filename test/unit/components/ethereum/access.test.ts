/** Access to the RPC nodes, and connections of a client to the node that knows its filters. */
import assert from "node:assert/strict";
import { gethPorts } from "../../../../components/ethereum/clients/geth-family";
import { buildRpcService } from "../../../../components/ethereum/specs/rpc-service";
import { trafficRules } from "../../../../components/ethereum/specs/traffic";
import type { RpcConfig, RpcGroupConfig } from "../../../../config";

const rpc = {
  type: "ClusterIP",
  httpPort: 8545,
  wsPort: 8546,
  externalTrafficPolicy: "Local",
  annotations: {},
  clientCidrs: ["10.0.0.0/8"],
  clientNamespaces: ["apps"],
} as unknown as RpcConfig;

describe("the RPC nodes' guests", () => {
  const settings = {
    rpc,
    rpcGroups: [
      {
        name: "explorer",
        apis: ["debug"],
        clientCidrs: [],
        clientNamespaces: ["explorer"],
      } as unknown as RpcGroupConfig,
    ],
    monitoring: undefined,
    validators: [{ name: "validator0", leave: false }],
    bootnodes: [],
    p2p: { namespaces: [], cidrs: [] },
    ethstats: undefined,
  };
  const guests = (openTo?: string) =>
    trafficRules(settings, gethPorts, openTo).guests.filter(({ to, port }) => to === "rpc" && port === 8545);

  it("are those of the stack file: with a label alone, every user who can create pods would have access", () => {
    assert.deepEqual(guests(), [{ to: "rpc", port: 8545, namespaces: ["apps"], cidrs: ["10.0.0.0/8"] }]);
  });

  it("of a group are those of the group alone, who fetches blocks from validators as all RPC nodes do", () => {
    const { guests: all, pairs } = trafficRules(settings, gethPorts, "chain");
    const toGroup = all.filter(({ to }) => to === "rpc-explorer");
    assert.deepEqual(toGroup, [
      { to: "rpc-explorer", port: 8545, namespaces: ["explorer"], cidrs: [] },
      { to: "rpc-explorer", port: 8546, namespaces: ["explorer"], cidrs: [] },
    ]);
    const dialled = pairs.filter(({ from }) => from === "rpc-explorer");
    assert.deepEqual(dialled, [{ from: "rpc-explorer", to: "validator", port: 30303, within: "namespace" }]);
  });

  it("are pods with the network's label as well where it is open to them", () => {
    assert.deepEqual(guests("chain")[0]?.podLabels, { "ethereum.client": "chain" });
  });
});

describe("the RPC nodes' Service", () => {
  const affinity = (type: RpcConfig["type"], loadBalancersKeepClients: boolean): unknown => {
    const service = buildRpcService(
      { name: "rpc", namespace: "chain", labels: {} },
      {},
      { ...rpc, type },
      gethPorts,
      loadBalancersKeepClients,
    );
    return (service.spec as { sessionAffinity?: string }).sessionAffinity;
  };

  it("keeps a client at one node, since filters and pending transactions are that node's", () => {
    assert.equal(affinity("ClusterIP", false), "ClientIP");
    assert.equal(affinity("LoadBalancer", true), "ClientIP");
  });

  it("asks no load balancer for that whose controller would then make none", () => {
    assert.equal(affinity("LoadBalancer", false), undefined);
  });
});
