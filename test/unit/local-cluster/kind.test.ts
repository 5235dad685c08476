import assert from "node:assert/strict";
import { parse } from "yaml";
import { buildKubeconfig, readKubeconfig } from "../../../local-cluster/access/kubeconfig";
import { kindCommands, kindConfig } from "../../../local-cluster/kind/kind";
import { defaultCluster } from "../../../local-cluster/settings";
import { kindAddOns } from "../../../local-cluster/kind/add-ons";

describe("the cluster in kind", () => {
  const labels = (zone: string) => ({
    "topology.kubernetes.io/region": "region-1",
    "topology.kubernetes.io/zone": zone,
  });
  const { volumes, state } = defaultCluster.paths;
  const extraMounts = [{ hostPath: volumes, containerPath: "/srv" }];

  it("has a worker per zone that all see the same volumes, so that stacks find the same shape as on the built-in one", () => {
    assert.deepEqual(parse(kindConfig(defaultCluster, 3)), {
      kind: "Cluster",
      apiVersion: "kind.x-k8s.io/v1alpha4",
      name: "blockchain-clusters",
      networking: { podSubnet: "10.244.0.0/16", serviceSubnet: "10.96.0.0/16" },
      nodes: [
        { role: "control-plane", extraMounts },
        { role: "worker", labels: labels("zone-a"), extraMounts },
        { role: "worker", labels: labels("zone-b"), extraMounts },
        { role: "worker", labels: labels("zone-c"), extraMounts },
      ],
    });
  });

  it("has a control plane that runs pods when it is the only node", () => {
    const { nodes } = parse(kindConfig(defaultCluster, 1)) as { nodes: unknown[] };
    assert.deepEqual(nodes, [{ role: "control-plane", labels: labels("zone-a"), extraMounts }]);
  });

  it("never touches the user's own kubeconfig", () => {
    const { create, remove, load } = kindCommands(defaultCluster);
    assert.deepEqual(create, [
      ...["create", "cluster", "--name", "blockchain-clusters", "--config", "-"],
      ...["--kubeconfig", `${state}/kind.kubeconfig`, "--wait", "120s"],
    ]);
    assert.deepEqual(remove, [
      ...["delete", "cluster", "--name", "blockchain-clusters", "--kubeconfig", `${state}/kind.kubeconfig`],
    ]);
    assert.deepEqual(load("peer.tar"), ["load", "image-archive", "peer.tar", "--name", "blockchain-clusters"]);
  });

  it("has a kubeconfig of the same form as the built-in one", () => {
    const parts = {
      server: "https://127.0.0.1:41234",
      authority: "CA\n",
      user: { certificate: "CERT\n", privateKey: "KEY\n" },
    };
    const asKind = buildKubeconfig({ name: "kind-blockchain-clusters", ...parts });
    assert.deepEqual(readKubeconfig(asKind), parts);
    assert.throws(() => readKubeconfig("clusters: []\nusers: []\n"), /no cluster or no user/);
  });

  it("runs its storage provisioner under the driver names that storage classes refer to", () => {
    const deployments = kindAddOns().filter((object) => object.kind === "Deployment");
    const args = JSON.stringify(deployments);
    assert.deepEqual(
      deployments.map((object) => object.metadata.name),
      ["storage-provisioner"],
    );
    assert.match(args, /-block=blockchain-clusters\.local\/block/);
    assert.match(args, /-file=blockchain-clusters\.local\/file/);
  });
});
