import assert from "node:assert/strict";
import { delimiter } from "node:path";
import type { PropertyMap } from "../../../provider/framework/property-value";
import { ApiServer } from "../../support/api-server";
import { CloudProgram, readStackConfig } from "../../support/clouds/cloud-program";
import { admitCloudUser, readAccess, uidsOf } from "../../support/clouds/kubernetes";
import { kubeconfigsVariable } from "../../support/clouds/variables";
import { vendors } from "../../support/clouds/vendors";
import { describeVendor } from "./vendor-suite";

describeVendor("EKS", {
  ...vendors.EKS,
  otherNetwork: { network: { cidr: "10.80.0.0/16" } },
  // Tokens change every few minutes in any case. The address may change as well: here its spelling.
  rotate: ({ standIn: { cloud } }, { url }) => {
    const [cluster] = cloud.list(vendors.EKS.clusterType);
    if (cluster === undefined) throw new Error("there is no cluster");
    cloud.edit(cluster.type, cluster.id, ({ outputs }) => (outputs.endpoint = url.replace("127.0.0.1", "localhost")));
  },
});

const groupType = "aws:eks/nodeGroup:NodeGroup";

describe("a cluster of EKS and its numbers of nodes under the engine", function () {
  this.timeout(120_000);

  let server: ApiServer;
  let program: CloudProgram;

  before(async () => {
    server = await ApiServer.start();
    program = await CloudProgram.create("cluster", readStackConfig(vendors.EKS.stack), [server.kubeconfigFile]);
    await program.pulumi.up();
  });

  after(async () => {
    await program.remove();
    await server.stop();
  });

  function setLeast(minNodes: number): void {
    program.edit(({ cluster }) => {
      const { nodePools } = cluster as { nodePools: { ledger: Record<string, unknown> } };
      Object.assign(nodePools.ledger, { minNodes, maxNodes: 9 });
    });
  }

  /** Numbers of nodes of each ledger group at the cloud. */
  function sizes(): PropertyMap[] {
    const groups = program.standIn.cloud.list(groupType).filter(({ inputs }) => isLedger(inputs));
    return groups.map(({ inputs }) => inputs.scalingConfig as PropertyMap);
  }

  it("has an autoscaler in the cluster that may change them", async () => {
    const access = readAccess(server.kubeconfigFile);
    const path = "/apis/apps/v1/namespaces/kube-system/deployments";
    assert.deepEqual(Object.keys(await uidsOf(access, path)), ["cluster-autoscaler"]);
    const [association] = program.standIn.cloud.list("aws:eks/podIdentityAssociation:PodIdentityAssociation");
    assert.equal(association?.inputs.serviceAccount, "cluster-autoscaler");
  });

  it("keeps what the autoscaler made of them when least and most change around it", async () => {
    for (const { type, id, inputs } of program.standIn.cloud.list(groupType).filter(({ inputs }) => isLedger(inputs))) {
      const scalingConfig = { ...(inputs.scalingConfig as PropertyMap), desiredSize: 2 };
      program.standIn.cloud.edit(type, id, (group) => (group.inputs.scalingConfig = scalingConfig));
    }
    await program.pulumi.succeed("refresh", "--yes", "--skip-preview");
    setLeast(6);
    await program.pulumi.up();
    assert.deepEqual(sizes(), Array(3).fill({ minSize: 2, desiredSize: 2, maxSize: 3 }));
  });

  it("refuses a minimum above them, and accepts it after they were raised as in docs/clouds.md", async () => {
    setLeast(9);
    const refusal = /Minimum capacity 3 can't be greater than desired size 2/;
    assert.match(await program.refused("up", "--yes", "--skip-preview"), refusal);
    for (const { type, id } of program.standIn.cloud.list(groupType).filter(({ inputs }) => isLedger(inputs))) {
      program.standIn.cloud.edit(type, id, ({ inputs }) => ((inputs.scalingConfig as PropertyMap).desiredSize = 3));
    }
    // The provider sends the values in the state.
    assert.match(await program.refused("up", "--yes", "--skip-preview"), refusal);
    await program.pulumi.succeed("refresh", "--yes", "--skip-preview");
    await program.pulumi.up();
    assert.deepEqual(sizes(), Array(3).fill({ minSize: 3, desiredSize: 3, maxSize: 3 }));
    await program.pulumi.up("--expect-no-changes");
  });

  it("is not lost, nor anything in it, when the next cluster cannot be made: the old one would go last", async () => {
    const access = readAccess(server.kubeconfigFile);
    const path = "/api/v1/namespaces/default/configmaps";
    const before = {
      clusters: program.standIn.cloud.list(vendors.EKS.clusterType),
      objects: await uidsOf(access, path),
    };
    program.edit(({ cluster }) => Object.assign(cluster ?? {}, { generation: 2 }));
    assert.match(await program.refused("up", "--yes", "--skip-preview"), /the quota of clusters is exceeded/);
    assert.deepEqual(program.standIn.cloud.list(vendors.EKS.clusterType), before.clusters);
    assert.deepEqual(await uidsOf(access, path), before.objects);
    // A second run of `up`, with room in the cloud, continues where the first stopped.
    const next = await ApiServer.start();
    try {
      await admitCloudUser(readAccess(next.kubeconfigFile));
      const both = [server, next].map(({ kubeconfigFile }) => kubeconfigFile).join(delimiter);
      program.pulumi.setVariable(kubeconfigsVariable, both);
      await program.pulumi.up();
      assert.ok("settings" in (await uidsOf(readAccess(next.kubeconfigFile), path)));
      assert.equal(program.standIn.cloud.list(vendors.EKS.clusterType).length, 1);
      await program.pulumi.up("--expect-no-changes");
    } finally {
      await next.stop();
    }
  });
});

function isLedger({ labels }: PropertyMap): boolean {
  return (labels as PropertyMap)["blockchain-clusters/pool"] === "ledger";
}
