/**
 * Stacks of the four clouds on a stand-in for the cloud. Everything else is real: the engine, the Kubernetes and the
 * ledger provider, the flow of credentials, and a cluster that runs the network. The cloud's cluster is the local one;
 * its CSI drivers are the local storage provisioner under the drivers' names. Not proven are parts of the cloud itself:
 * agreement with its stand-in (test/support/clouds), the start of nodes, disks and load balancers.
 */
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { defaultCluster, paths, projectRoot } from "../../local-cluster/settings";
import { Stack, type StackOutputs } from "../../samples/client/stack";
import { verify } from "../../samples/client/verify";
import { CloudProgram, readStackConfig, type StackConfig } from "../support/clouds/cloud-program";
import { rotateCredential } from "../support/clouds/kubernetes";
import { vendors, type VendorFacts } from "../support/clouds/vendors";
import { freePorts, ManagedProcess } from "../support/processes";
import { startCluster, type Cluster } from "./support/kubernetes";
import { inSteps } from "./support/steps";

const network = "cloud";
/** Part of the names of the storage classes, which belong to the whole cluster. */
const storageGeneration = 902;

const drivers = {
  block: ["ebs.csi.aws.com", "pd.csi.storage.gke.io", "disk.csi.azure.com", "diskplugin.csi.alibabacloud.com"],
  file: ["efs.csi.aws.com", "filestore.csi.storage.gke.io", "file.csi.azure.com", "nasplugin.csi.alibabacloud.com"],
};

type Section = Record<string, unknown>;

for (const [vendor, facts] of Object.entries<VendorFacts>(vendors)) {
  describe(`a Fabric network on ${vendor} from one stack file`, function () {
    // Limit for a test that hangs: each wait inside has its own condition and limit.
    this.timeout(10 * 60_000);

    let cluster: Cluster;
    let provisioner: ManagedProcess;
    let program: CloudProgram;
    /** A copy of the local cluster's kubeconfig. The stand-in may write another one beside it. */
    let kubeconfigFile: string;
    let uids: Record<string, string>;
    const environment = { ...process.env };

    inSteps(this, `${network}-`, () => cluster);

    before(async () => {
      cluster = await startCluster();
      await cluster.removeLeftovers(`${network}-`, `-${storageGeneration}`);
      provisioner = await startProvisioner();
      kubeconfigFile = join(mkdtempSync(join(tmpdir(), "cloud-cluster-")), "kubeconfig.json");
      copyFileSync(defaultCluster.paths.kubeconfig, kubeconfigFile);
      program = await CloudProgram.create("whole", smallest(facts), [kubeconfigFile]);
      facts.before.forEach((resource) => program.standIn.cloud.put(resource));
      // The client logs in to the cluster by the vendor's program, like a user.
      const { PATH, ...own } = program.standIn.environment;
      Object.assign(process.env, own, { PATH: [PATH, process.env.PATH].join(delimiter) });
    });

    after(async () => {
      for (const name of Object.keys(process.env)) delete process.env[name];
      Object.assign(process.env, environment);
      await provisioner.stop();
      await program.remove();
      rmSync(dirname(kubeconfigFile), { recursive: true });
    });

    async function podUids(): Promise<Record<string, string>> {
      const pods = await cluster.pods(`${network}-`);
      return Object.fromEntries(pods.map(({ metadata }) => [metadata?.name ?? "", metadata?.uid ?? ""]));
    }

    async function transact(): Promise<void> {
      const stack = new Stack(vendor, await program.pulumi.outputs<StackOutputs>());
      try {
        const { rows } = await verify(stack, "asset-transfer");
        assert.deepEqual(rows.map(({ reader }) => `${reader.organization} ${reader.node}`).sort(), [
          "org1 gateway",
          "org1 peer0",
          "org2 gateway",
          "org2 peer0",
        ]);
      } finally {
        await stack.close();
      }
    }

    it("comes up from nothing, and transacts", async () => {
      await program.pulumi.up();
      await transact();
      uids = await podUids();
    });

    it("changes nothing by a second `up`, and finds no drift by a refresh", async () => {
      await program.pulumi.up("--expect-no-changes");
      await program.pulumi.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    });

    it("keeps every pod when nodes, machine types, tags and the version of Kubernetes change", async () => {
      const changes: ((settings: Section) => void)[] = [
        (settings) => (settings.nodePools = { ledger: { minNodes: 3, maxNodes: 9 } }),
        (settings) => (settings.tags = { team: "ledger" }),
        (settings) => (settings.kubernetesVersion = facts.versions[1]),
        (settings) => (settings.nodePools = { ledger: { minNodes: 3, maxNodes: 9, machineType: "another-8" } }),
      ];
      for (const change of changes) {
        program.edit((config) => change(config.cluster as Section));
        await program.pulumi.up();
        assert.deepEqual(await podUids(), uids);
      }
      await transact();
    });

    if (facts.hasCredential) {
      it("goes over to the cluster's next credential, and touches nothing but what logs in with it", async () => {
        await rotateCredential(kubeconfigFile);
        const steps = await program.pulumi.upSteps();
        assert.deepEqual(steps.map(({ op, urn }) => `${op} ${urn.split("$").at(-1)?.split("::")[0]}`).sort(), [
          "update pulumi:providers:kubernetes",
          "update pulumi:providers:ledger",
        ]);
        assert.deepEqual(await podUids(), uids);
        await transact();
      });
    }

    it("leaves nothing in the cloud and nothing in the cluster after `destroy`", async () => {
      await program.pulumi.succeed("destroy", "--yes", "--skip-preview");
      const before = facts.before.map(({ id }) => id);
      const left = program.standIn.cloud
        .list()
        .filter(({ type, id }) => !facts.keeps.includes(type) && !before.includes(id));
      assert.deepEqual(
        left.map(({ type, id }) => `${type} ${id}`),
        [],
      );
      assert.deepEqual(await program.pulumi.resources(), []);
      const namespaces = (await cluster.core.listNamespace()).items.map(({ metadata }) => metadata?.name);
      assert.deepEqual(
        namespaces.filter((name) => name?.startsWith(`${network}-`)),
        [],
      );
    });
  });
}

/** The vendor's own stack file with the smallest possible network, and images of the local cluster. */
function smallest({ stack, versions }: VendorFacts): StackConfig {
  const config = readStackConfig(stack);
  const { fabric } = config.network as { fabric: Section };
  const [channel] = fabric.channels as { chaincodes: Section[] }[];
  const resources = { requests: { cpu: "50m", memory: "96Mi" }, limits: { cpu: 2, memory: "1Gi" } };
  return {
    cluster: { ...config.cluster, kubernetesVersion: versions[0] },
    storage: { ...config.storage, file: {}, generation: storageGeneration, reclaimPolicy: "Delete" },
    network: {
      ...config.network,
      name: network,
      fabric: {
        ...fabric,
        version: "3.1.4",
        images: { orderer: "localhost/fabric-orderer:3.1.4", peer: "localhost/fabric-peer:3.1.4" },
        ordererOrganizations: [{ name: "orderer", orderers: 1 }],
        peerOrganizations: [
          { name: "org1", peers: 1 },
          { name: "org2", peers: 1 },
        ],
        channels: [
          {
            ...channel,
            batch: { timeout: "200ms" },
            chaincodes: channel?.chaincodes.map((each) => ({
              ...each,
              image: "localhost/asset-transfer:1.0",
              replicas: 1,
            })),
          },
        ],
        gateway: { type: "LoadBalancer", externalTrafficPolicy: "Cluster", clientCidrs: ["10.240.0.0/16"] },
        resources: { orderer: resources, peer: resources, chaincode: resources },
      },
    },
  };
}

/**
 * The clouds' CSI drivers: a second storage provisioner of the local cluster, under the drivers' names. It creates folders
 * in the same directory, which every node has mounted as /srv.
 */
async function startProvisioner(): Promise<ManagedProcess> {
  const [port = 0] = await freePorts(1);
  const logs = join(projectRoot, ".local", "tests");
  mkdirSync(logs, { recursive: true });
  const managed = new ManagedProcess({
    name: "storage-provisioner",
    command: join(paths.bin, "storage-provisioner"),
    args: [
      `-kubeconfig=${defaultCluster.paths.kubeconfig}`,
      `-root=${defaultCluster.paths.volumes}`,
      "-node-root=/srv",
      `-block=${drivers.block.join(",")}`,
      `-file=${drivers.file.join(",")}`,
      `-listen=127.0.0.1:${port}`,
    ],
    env: {},
    logFile: join(logs, "cloud-storage-provisioner.log"),
  });
  managed.start();
  return managed;
}
