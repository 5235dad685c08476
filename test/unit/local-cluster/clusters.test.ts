import assert from "node:assert/strict";
import { relative } from "node:path";
import { localKubeconfigFile } from "../../../config/cluster/local";
import { isInside } from "../../../lib/ipv4";
import { checkName, freeSlot } from "../../../local-cluster/clusters";
import { macAddress } from "../../../local-cluster/host/host";
import { cableRoutes, nodeRoutes } from "../../../local-cluster/network/links";
import {
  clusterPaths,
  defaultCluster,
  localCluster,
  maxNodes,
  nodeHosts,
  projectRoot,
  slots,
  type LocalCluster,
} from "../../../local-cluster/settings";

const clusters = slots.map((slot) => (slot === 0 ? defaultCluster : localCluster(`company${slot}`, slot)));
const [, east, west] = clusters as [LocalCluster, LocalCluster, LocalCluster];

describe("several local clusters", () => {
  it("leave the default one its names, addresses and paths", () => {
    const { paths, ...names } = defaultCluster;
    assert.deepEqual(names, {
      name: "local",
      slot: 0,
      id: "blockchain-clusters",
      prefix: "bc",
      bridge: { name: "bc-br0", address: "10.240.0.1" },
      hostRange: "10.240.0.0/16",
      loadBalancerRange: "10.240.1.0/24",
      podRange: "10.244.0.0/16",
      serviceRange: "10.96.0.0/16",
      kubernetesServiceAddress: "10.96.0.1",
      dnsAddress: "10.96.0.10",
      controlPlane: { name: "cp", address: "10.240.0.10" },
      apiServer: "https://10.240.0.10:6443",
    });
    assert.equal(relative(projectRoot, paths.state), ".local/cluster");
    assert.equal(macAddress(defaultCluster.controlPlane), "02:00:0a:f0:00:0a");
  });

  it("share no address and no name", () => {
    const ranges = clusters.flatMap(({ hostRange, podRange, serviceRange }) => [hostRange, podRange, serviceRange]);
    for (const [index, range] of ranges.entries()) {
      const others = ranges.filter((_, other) => other !== index);
      assert.ok(!others.some((other) => isInside(other, range)), `${range} is inside another one`);
    }
    const nameOf = ({ id, prefix, bridge, paths }: LocalCluster) => [id, prefix, bridge.name, paths.state];
    const names = clusters.flatMap(nameOf);
    assert.equal(new Set(names).size, names.length);
    for (const cluster of clusters) {
      const { hostRange, podRange, serviceRange, loadBalancerRange } = cluster;
      for (const host of [cluster.controlPlane, ...nodeHosts(cluster, maxNodes)]) {
        assert.ok(isInside(hostRange, host.address) && !isInside(loadBalancerRange, host.address));
      }
      for (const node of nodeHosts(cluster, maxNodes)) assert.ok(isInside(podRange, node.podRange));
      assert.ok(isInside(hostRange, loadBalancerRange));
      assert.ok(isInside(serviceRange, cluster.dnsAddress));
    }
  });

  it("have names of interfaces that Linux takes, of at most 15 characters", () => {
    for (const { prefix, bridge } of clusters) {
      for (const name of [bridge.name, `${prefix}-node-${maxNodes}`, `to-${prefix}`]) assert.ok(name.length <= 15);
    }
  });

  it("take the first slot in which neither a record nor an interface of the machine stands", () => {
    assert.equal(freeSlot([], []), 1);
    assert.equal(freeSlot([defaultCluster, east], ["lo", "eth0"]), 2);
    assert.equal(freeSlot([west], []), 1);
    assert.equal(freeSlot([east], ["bc-br0", "bc2-node-1"]), 3);
    assert.equal(freeSlot([], ["bc10-br0", "bc"]), 1);
    assert.throws(() => freeSlot(clusters, []), {
      message:
        'This machine has room for 3 local clusters beside "local", and there are local, company1, company2, company3. Remove one of them first.',
    });
  });

  it("have names that are part of paths and of other names", () => {
    for (const name of ["local", "e", "east-2", "a".repeat(20)]) assert.equal(checkName(name), name);
    for (const name of ["", "East", "-e", "e-", "2e", "../cluster", "a b", "a".repeat(21)]) {
      assert.throws(() => checkName(name), /must be at most 20 lower-case letters/);
    }
  });

  it("have their kubeconfig where the program looks for it", () => {
    for (const { name } of clusters) {
      assert.equal(localKubeconfigFile(name), relative(projectRoot, clusterPaths(name).kubeconfig));
    }
  });

  it("reach only each other's LoadBalancer addresses over a link", () => {
    assert.deepEqual(nodeRoutes(east, [west]), ["route replace 10.242.1.0/24 via 10.241.0.10"]);
    assert.deepEqual(cableRoutes(west), [
      "route replace 10.242.0.0/16 via 10.242.0.10 dev to-bc2 onlink",
      "route replace 10.246.0.0/16 via 10.242.0.10 dev to-bc2 onlink",
    ]);
  });
});
