/**
 * Effects of a cluster's settings on the resources at the cloud. Does not show that the cloud would accept them;
 * stand-ins with the clouds' rules show more, and only the clouds themselves all.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { unknownTypes } from "../support/cloud-types";
import {
  readStack,
  runProgram,
  stackRun,
  type ProgramRun,
  type Registration,
  type RunOptions,
} from "../support/program/run";

type Values = Record<string, unknown>;
type Cloud = "ack" | "aks" | "eks" | "gke";
const clouds: Cloud[] = ["ack", "aks", "eks", "gke"];

/** The cloud's development stack with other settings. */
async function run(cloud: Cloud, cluster: Values, rest: Values = {}, options?: RunOptions): Promise<ProgramRun> {
  const config = readStack(`${cloud}-fabric-dev`);
  const changed = { ...config, ...rest, cluster: { ...(config.cluster as Values), ...cluster } };
  const found = await runProgram(`${cloud}-fabric-dev`, changed, options);
  // Options create types that no stack file has.
  assert.deepEqual(unknownTypes(found.resources.map(({ type }) => type)), []);
  return found;
}

function all({ resources }: ProgramRun, type: RegExp): Registration[] {
  return resources.filter((resource) => type.test(resource.type));
}

function one(found: ProgramRun, type: RegExp): Registration & { inputs: Values } {
  const [first, ...others] = all(found, type);
  assert.ok(first !== undefined && others.length === 0, `${type}: ${others.length + (first ? 1 : 0)} found`);
  return first as Registration & { inputs: Values };
}

const clusterType =
  /^(aws:eks\/cluster:Cluster|gcp:container\/cluster:Cluster|azure-native:containerservice:ManagedCluster|alicloud:cs\/managedKubernetes:ManagedKubernetes)$/;

function kubeconfigOf(found: ProgramRun): { users: [{ user: { exec?: { command: string; args?: string[] } } }] } {
  const { kubeconfig } = one(found, /^pulumi:providers:kubernetes$/).inputs as { kubeconfig: { secret: string } };
  return JSON.parse(kubeconfig.secret) as ReturnType<typeof kubeconfigOf>;
}

describe("clusters on clouds", function () {
  this.timeout(60_000);

  const existing: Record<Cloud, { network: Values; uses: string[] }> = {
    ack: {
      network: {
        vpcId: "vpc-mine",
        cidr: "10.0.0.0/8",
        vswitchIds: ["vsw-n1", "vsw-n2", "vsw-n3"],
        podVswitchIds: ["vsw-p1", "vsw-p2", "vsw-p3"],
      },
      uses: ["vsw-n2", "vsw-p3"],
    },
    aks: {
      network: {
        subnetId: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/mine/subnets/nodes",
      },
      uses: ["virtualNetworks/mine/subnets/nodes"],
    },
    eks: {
      network: { vpcId: "vpc-mine", privateSubnetIds: ["subnet-a", "subnet-b", "subnet-c"] },
      uses: ["subnet-a", "subnet-c"],
    },
    gke: {
      network: { network: "mine", subnetwork: "nodes", podRange: "p", serviceRange: "s" },
      uses: ['"network":"mine"', '"clusterSecondaryRangeName":"p"'],
    },
  };

  describe("in a network of one's own", () => {
    const networkType = /^(aws:ec2\/(vpc|subnet|natGateway|route)|gcp:compute\/|azure-native:network:|alicloud:vpc\/)/;

    for (const cloud of clouds) {
      it(`make none, and live in that one, on ${cloud}`, async () => {
        const found = await run(cloud, { network: { existing: existing[cloud].network } });
        assert.deepEqual(
          all(found, networkType).map(({ name }) => name),
          [],
        );
        const asked = JSON.stringify(all(found, /^(aws|gcp|azure-native|alicloud):/).map(({ inputs }) => inputs));
        for (const used of existing[cloud].uses) assert.ok(asked.includes(used), used);
      });
    }

    it("have one of their own on ACK, too, when none is named", async () => {
      const zones = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];
      const found = await run("ack", { network: {}, zones });
      const cidrs = all(found, /^alicloud:vpc\/switch:Switch$/).map(({ inputs }) => (inputs as Values).cidrBlock);
      assert.deepEqual(cidrs, [
        "10.64.0.0/19",
        "10.64.32.0/19",
        "10.64.64.0/19",
        "10.64.128.0/19",
        "10.64.160.0/19",
        "10.64.192.0/19",
      ]);
      assert.deepEqual(one(found, clusterType).dependsOn.includes("vpc/snatEntry:SnatEntry cluster-network"), true);
    });
  });

  describe("with a key of one's own", () => {
    const vault = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/mine";
    const keys: Record<Cloud, unknown> = {
      ack: "key-hzz62f1cb66fa42qo8lzf",
      aks: {
        keyId: "https://mine.vault.azure.net/keys/k/0123456789abcdef",
        keyVaultId: vault,
        diskEncryptionSetId: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/diskEncryptionSets/mine",
      },
      eks: "arn:aws:kms:eu-central-1:111122223333:key/mine",
      gke: "projects/p/locations/europe-west3/keyRings/r/cryptoKeys/mine",
    };
    for (const cloud of clouds) {
      it(`make none, and encrypt secrets and ledgers with that one, on ${cloud}`, async () => {
        const key = keys[cloud];
        const found = await run(cloud, { encryptionKey: key });
        assert.deepEqual(
          all(found, /kms\/(key|cryptoKey|keyRing):|keyvault:/).map(({ type }) => type),
          [],
        );
        const { keyId, diskEncryptionSetId } =
          typeof key === "string" ? { keyId: key, diskEncryptionSetId: key } : (key as Record<string, string>);
        assert.ok(JSON.stringify(one(found, clusterType).inputs).includes(String(keyId)));
        const { inputs } = one(found, /:StorageClass$/);
        assert.ok(JSON.stringify(inputs.parameters).includes(String(diskEncryptionSetId)));
      });
    }
  });

  describe("with a file system", () => {
    const makes: Record<Cloud, RegExp | undefined> = {
      ack: /^alicloud:nas\/mountTarget:/,
      aks: undefined,
      eks: /^aws:efs\/mountTarget:/,
      gke: undefined,
    };
    for (const cloud of clouds) {
      it(`have what mounts it and a class for it on ${cloud}, and without one neither`, async () => {
        const [without, found] = [await run(cloud, {}), await run(cloud, {}, { storage: { file: {} } })];
        const classes = ({ resources }: ProgramRun) =>
          resources.flatMap(({ type, name }) => (type.endsWith(":StorageClass") ? [name] : [])).sort();
        assert.deepEqual(classes(without), ["ledger-block-1"]);
        assert.deepEqual(classes(found), ["ledger-block-1", "ledger-file-1"]);
        const type = makes[cloud];
        if (type === undefined) return;
        assert.equal(all(without, type).length, 0);
        const targets = all(found, type).map(
          ({ name }) => `${type.source.slice(type.source.indexOf(":") + 1)} ${name}`,
        );
        assert.ok(targets.length > 0);
        // A claim that precedes its mount target fails, and is tried again only after a long time.
        const file = found.resources.find(({ name }) => name === "ledger-file-1");
        assert.equal(file?.dependsOn.filter((name) => /mountTarget:/.test(name)).length, targets.length);
      });
    }

    it("switch its CSI driver on", async () => {
      const found = await run("aks", {}, { storage: { file: {} } });
      assert.deepEqual((one(found, clusterType).inputs.storageProfile as Values).fileCSIDriver, { enabled: true });
      const google = await run("gke", {}, { storage: { file: {} } });
      const { addonsConfig } = one(google, clusterType).inputs as { addonsConfig: Values };
      assert.deepEqual(addonsConfig.gcpFilestoreCsiDriverConfig, { enabled: true });
      const amazon = await run("eks", {}, { storage: { file: {} } });
      const addon = amazon.resources.find(({ name }) => name === "cluster-aws-efs-csi-driver");
      assert.deepEqual((addon?.inputs as Values).podIdentityAssociations, [
        { serviceAccount: "efs-csi-controller-sa", roleArn: "arn of cluster-efs-csi" },
      ]);
    });
  });

  describe("with a private API", () => {
    it("have no public address", async () => {
      const access = { apiAccess: { private: true } };
      const eks = one(await run("eks", access), clusterType).inputs.vpcConfig as Values;
      assert.deepEqual([eks.endpointPublicAccess, eks.publicAccessCidrs], [false, undefined]);
      const gke = one(await run("gke", access), clusterType).inputs;
      assert.deepEqual(gke.privateClusterConfig, { enablePrivateEndpoint: true, enablePrivateNodes: true });
      const aks = one(await run("aks", access), clusterType).inputs.apiServerAccessProfile as Values;
      assert.deepEqual([aks.enablePrivateCluster, aks.authorizedIPRanges], [true, undefined]);
      assert.equal(one(await run("ack", access), clusterType).inputs.slbInternetEnabled, false);
    });

    it("answer their whole network on EKS, which by itself lets only nodes in", async () => {
      const apiAccess = { private: true, authorizedCidrs: [] };
      const networks = { "10.64.0.0/16": {}, "10.1.0.0/16": { existing: existing.eks.network } };
      for (const [cidr, network] of Object.entries(networks)) {
        const found = await run("eks", { apiAccess, network });
        const rule = one(found, /:SecurityGroupRule$/).inputs;
        assert.deepEqual(
          [rule.securityGroupId, rule.type, rule.protocol, rule.fromPort, rule.toPort, rule.cidrBlocks],
          ["sg-nodes", "ingress", "tcp", 443, 443, [cidr]],
        );
        const provider = one(found, /^pulumi:providers:kubernetes$/);
        assert.ok(provider.dependsOn.includes("ec2/securityGroupRule:SecurityGroupRule cluster-api"));
      }
      assert.equal(all(await run("eks", {}), /:SecurityGroupRule$/).length, 0);
    });

    it("answer private networks beside their own on EKS and GKE, such as a runner's", async () => {
      const apiAccess = { private: true, authorizedCidrs: ["10.1.0.0/16"] };
      const rule = one(await run("eks", { apiAccess }), /:SecurityGroupRule$/).inputs;
      assert.deepEqual(rule.cidrBlocks, ["10.64.0.0/16", "10.1.0.0/16"]);
      const { masterAuthorizedNetworksConfig } = one(await run("gke", { apiAccess }), clusterType).inputs;
      assert.deepEqual(masterAuthorizedNetworksConfig, {
        cidrBlocks: [{ cidrBlock: "10.1.0.0/16" }],
        gcpPublicCidrsAccessEnabled: false,
      });
    });

    it("are asked by their address in the VPC on ACK, as there is no other", async () => {
      const { kubeconfig } = one(await run("ack", {}), /^pulumi:providers:kubernetes$/).inputs as {
        kubeconfig: { secret: string };
      };
      const { clusters } = JSON.parse(kubeconfig.secret) as { clusters: [{ cluster: { server: string } }] };
      assert.equal(clusters[0].cluster.server, "https://192.0.2.40:6443");
    });
  });

  describe("keep away from the autoscaler", () => {
    const counts: Record<Cloud, [RegExp, string[]] | undefined> = {
      // A pool with scalingConfig has no number of nodes.
      ack: undefined,
      aks: [/^azure-native:containerservice:AgentPool$/, ["count"]],
      eks: [/^aws:eks\/nodeGroup:NodeGroup$/, ["scalingConfig.desiredSize"]],
      gke: [/^gcp:container\/nodePool:NodePool$/, ["initialNodeCount", "nodeCount"]],
    };
    for (const cloud of clouds) {
      it(`on ${cloud}`, async () => {
        const found = await stackRun(`${cloud}-fabric-prod`);
        const [type, ignored] = counts[cloud] ?? [/^alicloud:cs\/nodePool:NodePool$/, []];
        const pools = all(found, type);
        assert.ok(pools.length >= 2);
        for (const pool of pools) {
          assert.deepEqual(pool.ignoreChanges, ignored, pool.name);
          if (cloud === "ack") assert.equal((pool.inputs as Values).desiredSize, undefined, pool.name);
        }
      });
    }

    it("with the number itself where least and most are the same", async () => {
      const found = await run("ack", { nodePools: { ledger: { minNodes: 3, maxNodes: 3 } } });
      const pool = found.resources.find(({ name }) => name === "cluster-ledger-0")?.inputs as Values;
      assert.deepEqual([pool.desiredSize, pool.scalingConfig], ["1", undefined]);
    });
  });

  it("get nodes before pods: all resources in the cluster wait for its pools", async () => {
    const pools = /^(eks\/nodeGroup:|container\/nodePool:|containerservice:AgentPool|cs\/nodePool:)/;
    for (const cloud of clouds) {
      const { dependsOn } = one(await stackRun(`${cloud}-fabric-prod`), /^pulumi:providers:kubernetes$/);
      assert.ok(dependsOn.filter((name) => pools.test(name)).length >= 2, cloud);
    }
  });

  it("make and change ledger pools one after another, where a pool is of one zone and changes by itself", async () => {
    const pools: Partial<Record<Cloud, [type: RegExp, short: string]>> = {
      aks: [/:AgentPool$/, "containerservice:AgentPool"],
      eks: [/:NodeGroup$/, "eks/nodeGroup:NodeGroup"],
    };
    for (const [cloud, [type, short]] of Object.entries(pools)) {
      const found = all(await stackRun(`${cloud}-fabric-prod`), type).filter(({ name }) => name.includes("-ledger-"));
      const waits = found.map(({ name, dependsOn }) => [name, dependsOn.filter((other) => other.startsWith(short))]);
      assert.deepEqual(waits, [
        ["cluster-ledger-0", []],
        ["cluster-ledger-1", [`${short} cluster-ledger-0`]],
        ["cluster-ledger-2", [`${short} cluster-ledger-1`]],
      ]);
    }
  });

  it("have the definitions of snapshots before the driver on EKS, which looks for them once", async () => {
    const found = await stackRun("eks-fabric-prod");
    const driver = found.resources.find(({ name }) => name === "cluster-aws-ebs-csi-driver");
    assert.ok(driver?.dependsOn.includes("eks/addon:Addon cluster-snapshot-controller"));
  });

  it("name the key of secrets on AKS without its vault, which Azure wants for private vaults only", async () => {
    const { securityProfile } = one(await stackRun("aks-fabric-prod"), clusterType).inputs as {
      securityProfile: { azureKeyVaultKms: Values };
    };
    assert.deepEqual(Object.keys(securityProfile.azureKeyVaultKms).sort(), [
      "enabled",
      "keyId",
      "keyVaultNetworkAccess",
    ]);
  });

  it("get patches of the nodes' system on AKS, on Saturdays", async () => {
    const found = await stackRun("aks-fabric-prod");
    const { autoUpgradeProfile } = one(found, clusterType).inputs;
    assert.deepEqual(autoUpgradeProfile, { nodeOSUpgradeChannel: "SecurityPatch", upgradeChannel: "none" });
    const { configName, maintenanceWindow } = one(found, /:MaintenanceConfiguration$/).inputs;
    assert.equal(configName, "aksManagedNodeOSUpgradeSchedule");
    assert.deepEqual((maintenanceWindow as Values).schedule, { weekly: { dayOfWeek: "Saturday", intervalWeeks: 1 } });
  });

  it("get whole images of the nodes' system on AKS, or nothing, where the stack file says so", async () => {
    for (const nodeOsUpgradeChannel of ["NodeImage", "None"]) {
      const { autoUpgradeProfile } = one(await run("aks", { nodeOsUpgradeChannel }), clusterType).inputs;
      assert.deepEqual(autoUpgradeProfile, { nodeOSUpgradeChannel: nodeOsUpgradeChannel, upgradeChannel: "none" });
    }
  });

  it("let viewers read everything and change nothing on EKS, so that previews need no administrator", async () => {
    const arn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
    const found = await run("eks", { admins: [arn("platform")], viewers: [arn("preview")] });
    const grants = all(found, /:AccessPolicyAssociation$/).map(({ name, inputs }) => {
      const { principalArn, policyArn, accessScope } = inputs as Values;
      return [name, principalArn, String(policyArn).split("/").pop(), accessScope];
    });
    assert.deepEqual(grants, [
      ["cluster-admin-platform", arn("platform"), "AmazonEKSClusterAdminPolicy", { type: "cluster" }],
      ["cluster-viewer-preview", arn("preview"), "AmazonEKSAdminViewPolicy", { type: "cluster" }],
    ]);
  });

  it("encrypt disks of nodes on EKS by the key that the stack file names, and else by the account's", async () => {
    const nodeDiskKey = "arn:aws:kms:eu-central-1:111122223333:key/nodes";
    const keysOf = (found: ProgramRun) =>
      all(found, /:LaunchTemplate$/).map(({ inputs }) => {
        const { blockDeviceMappings } = inputs as { blockDeviceMappings: [{ ebs: Values }] };
        return [blockDeviceMappings[0].ebs.encrypted, blockDeviceMappings[0].ebs.kmsKeyId];
      });
    const [asked, usual] = [keysOf(await run("eks", { nodeDiskKey })), keysOf(await run("eks", {}))];
    assert.equal(asked.length, 4);
    for (const each of asked) assert.deepEqual(each, ["true", nodeDiskKey]);
    for (const each of usual) assert.deepEqual(each, ["true", undefined]);
  });

  it("have a key of their own in a KMS instance on ACK, which goes with the stack, unlike the account's default key", async () => {
    const key = async (cluster: Values) => one(await run("ack", cluster), /^alicloud:kms\/key:Key$/).inputs;
    assert.equal((await key({ kmsInstanceId: "kst-1a" })).dkmsInstanceId, "kst-1a");
    assert.equal((await key({})).dkmsInstanceId, undefined);
  });

  it("upgrade the control plane alone on ACK, nodes being upgraded by hand", async () => {
    const { upgradePolicy } = one(await stackRun("ack-fabric-prod"), clusterType).inputs;
    assert.deepEqual(upgradePolicy, { controlPlaneOnly: true });
  });

  it("keep the network's pods off the system pool, whose taint they do not tolerate", async () => {
    const systemPools: Record<Cloud, string> = {
      ack: '"taints":[{"effect":"NoSchedule","key":"CriticalAddonsOnly","value":"true"}]',
      aks: '"nodeTaints":["CriticalAddonsOnly=true:NoSchedule"]',
      eks: '"taints":[{"effect":"NO_SCHEDULE","key":"CriticalAddonsOnly","value":"true"}]',
      gke: '"taints":[{"effect":"NO_SCHEDULE","key":"components.gke.io/gke-managed-components","value":"true"}]',
    };
    for (const cloud of clouds) {
      const found = await stackRun(`${cloud}-fabric-prod`);
      const tainted = all(found, /^(aws|gcp|azure-native|alicloud):/).filter(({ inputs }) =>
        sorted(inputs).includes(systemPools[cloud]),
      );
      assert.equal(tainted.length, 1, cloud);
      const workloads = all(found, /^kubernetes:apps\/v1:/).filter(
        ({ inputs }) => namespaceOf(inputs) !== "kube-system",
      );
      assert.ok(!JSON.stringify(workloads.map(({ inputs }) => inputs)).includes("tolerations"), cloud);
    }
  });

  it("have pools of their own on AKS, where only names tie a pool to its cluster", async () => {
    const names = async (cluster: Values) =>
      all(await run("aks", cluster), /:AgentPool$/).map(
        ({ inputs }) => `${String((inputs as Values).resourceName)}/${String((inputs as Values).agentPoolName)}`,
      );
    const [first, next, larger, upgraded] = [
      await names({}),
      await names({ generation: 2 }),
      await names({ nodePools: { ledger: { machineType: "Standard_D8s_v5" } } }),
      await names({ kubernetesVersion: "1.36", nodePools: readPools("aks") }),
    ];
    assert.equal(new Set([...first, ...next, ...larger]).size, 9);
    assert.deepEqual(upgraded, first);
    // https://learn.microsoft.com/azure/aks/create-node-pools#limitations
    assert.ok([...first, ...next, ...larger].every((name) => /\/[a-z][a-z0-9]{0,11}$/.test(name)));
  });

  describe("log in", () => {
    it("by the AWS CLI with the role and profile that the cloud's provider has, too", async () => {
      const credentials = { roleArn: "arn:aws:iam::111122223333:role/deploy", profile: "trade" };
      const found = await run("eks", { credentials });
      assert.deepEqual(kubeconfigOf(found).users[0].user.exec?.args?.slice(-4), [
        "--role-arn",
        credentials.roleArn,
        "--profile",
        "trade",
      ]);
      const { inputs } = one(found, /^pulumi:providers:aws$/);
      assert.deepEqual(
        [inputs.profile, inputs.assumeRoles],
        ["trade", JSON.stringify([{ roleArn: credentials.roleArn }])],
      );
    });

    it("by kubelogin without a browser, and with no account but Entra's", async () => {
      const group = "12345678-1234-1234-1234-123456789012";
      const authentication = { method: "kubelogin", login: "workloadidentity", adminGroupObjectIds: [group] };
      const found = await run("aks", { authentication });
      const { exec, ...credentials } = kubeconfigOf(found).users[0].user;
      assert.deepEqual(credentials, {});
      assert.equal(exec?.command, "kubelogin");
      assert.deepEqual(exec?.args?.slice(0, 3), ["get-token", "--login", "workloadidentity"]);
      const { disableLocalAccounts, aadProfile } = one(found, clusterType).inputs;
      assert.equal(disableLocalAccounts, true);
      assert.deepEqual((aadProfile as Values).adminGroupObjectIDs, [group]);
    });

    it("by kubelogin as the identity that created the cluster, to which Entra gives no right by itself", async () => {
      const found = await run("aks", { authentication: { method: "kubelogin" } });
      const administrator = found.resources.find(({ name }) => name === "cluster-administrator");
      const { principalId, roleDefinitionId, principalType } = administrator?.inputs as Values;
      assert.equal(principalId, "principal of whoever runs pulumi");
      assert.match(String(roleDefinitionId), /\/b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b$/);
      // The administrator is a person, or a workflow's identity.
      assert.equal(principalType, undefined);
      assert.deepEqual(administrator?.ignoreChanges, ["principalId"]);
      const provider = one(found, /^pulumi:providers:kubernetes$/);
      assert.ok(provider.dependsOn.includes("authorization:RoleAssignment cluster-administrator"));
      const withCertificate = await run("aks", {});
      assert.ok(withCertificate.resources.every(({ name }) => name !== "cluster-administrator"));
    });

    it("by the plugin of GKE as the identity of the cloud's provider, not that of gcloud", async () => {
      const { exec } = kubeconfigOf(await run("gke", {})).users[0].user;
      assert.deepEqual(exec?.args, ["--use_application_default_credentials"]);
    });

    it("by certificate where the cloud gives one, secret wherever it goes", async () => {
      for (const cloud of ["aks", "ack"] as const) {
        const found = await run(cloud, {});
        const { exec, ...credentials } = kubeconfigOf(found).users[0].user;
        assert.equal(exec, undefined, cloud);
        for (const credential of Object.values(credentials)) {
          assert.ok(!plainText(found).includes(String(credential)), cloud);
        }
      }
    });

    const helpers = { eks: "aws", gke: "gke-gcloud-auth-plugin", aks: "kubelogin" };
    for (const [cloud, program] of Object.entries(helpers)) {
      it(`with "${program}" on ${cloud}, and say so when it is missing, before anything is made`, async () => {
        const helpersFolder = mkdtempSync(join(tmpdir(), "no-helpers-"));
        try {
          const settings = cloud === "aks" ? { authentication: { method: "kubelogin" } } : {};
          await assert.rejects(run(cloud as Cloud, settings, {}, { helpers: helpersFolder }), (error) => {
            assert.ok(pulumi.RunError.isInstance(error));
            assert.ok(
              error.message.startsWith(
                `cluster.vendor: given "${cloud}", whose kubeconfig logs in by the program "${program}", which no folder of PATH has; install `,
              ),
              error.message,
            );
            return true;
          });
        } finally {
          rmSync(helpersFolder, { recursive: true });
        }
      });
    }

    it("without any program where certificates do it", async () => {
      const helpersFolder = mkdtempSync(join(tmpdir(), "no-helpers-"));
      try {
        await run("ack", {}, {}, { helpers: helpersFolder });
        await run("aks", {}, {}, { helpers: helpersFolder });
      } finally {
        rmSync(helpersFolder, { recursive: true });
      }
    });
  });

  it("make no disk smaller than the cloud does", async () => {
    const config = readStack("ack-fabric-dev") as { network: { fabric: Values } };
    config.network.fabric.storage = { orderer: { size: "1Gi" }, peer: { size: "30Gi" } };
    const warnings: string[] = [];
    const { warn } = pulumi.log;
    Object.assign(pulumi.log, {
      warn: (message: string) => {
        warnings.push(message);
        return Promise.resolve();
      },
    });
    const found = await run("ack", {}, { network: config.network }).finally(() => Object.assign(pulumi.log, { warn }));
    // One warning for a size, not for each volume.
    assert.deepEqual(warnings, ["volumes of 1Gi become 20Gi: the block storage has none smaller"]);
    const sizes = all(found, /:PersistentVolumeClaim$/).map(
      ({ inputs }) =>
        (inputs as { spec: { resources: { requests: { storage: string } } } }).spec.resources.requests.storage,
    );
    assert.deepEqual([...new Set(sizes)], ["20Gi", "30Gi"]);
  });

  it("keep a disk's encryption when a stack file wants faster ones", async () => {
    const found = await run("eks", {}, { storage: { block: { parameters: { type: "io2", iops: "8000" } } } });
    const { parameters } = one(found, /:StorageClass$/).inputs as { parameters: Values };
    assert.deepEqual([parameters.type, parameters.iops, parameters.encrypted], ["io2", "8000", "true"]);
  });
});

function namespaceOf(inputs: unknown): string | undefined {
  return (inputs as { metadata: { namespace?: string } }).metadata.namespace;
}

function readPools(cloud: Cloud): unknown {
  return (readStack(`${cloud}-fabric-dev`).cluster as Values).nodePools;
}

/** All values of a run that are not secret. */
function plainText(found: ProgramRun): string {
  return JSON.stringify([found.resources.map(({ inputs }) => inputs), found.outputs], (_, value: unknown) =>
    typeof value === "object" && value !== null && "secret" in value ? "[secret]" : value,
  );
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) =>
    typeof field === "object" && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}
