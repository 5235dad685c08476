/**
 * Behaviour on every cloud, from the first preview to the last resource. Engine, Kubernetes provider, API server and
 * the handling of credentials are real; the clouds are stand-ins (test/support/clouds). It does not prove that a cloud
 * accepts all that its stand-in accepts, nor that nodes start.
 */
import assert from "node:assert/strict";
import { ApiServer } from "../../support/api-server";
import { readAccess, uidsOf } from "../../support/clouds/kubernetes";
import type { DoneStep, PlannedStep } from "../../support/pulumi-program";
import { CloudProgram, readStackConfig, type StackConfig } from "../../support/clouds/cloud-program";
import type { VendorFacts } from "../../support/clouds/vendors";

type Section = Record<string, unknown>;

export interface VendorCase extends VendorFacts {
  /** Changes of the stack file's section `cluster` for the tests. */
  settings?: Section;
  /** Settings with which the cluster must move to another network. */
  otherNetwork: Section;
  /** Types with the tags of the stack file. Default: no check, since the provider sets default tags. */
  tagged?: string[];
  /** Changes the cluster's credentials, or the address of its API server, without the engine. */
  rotate(program: CloudProgram, server: ApiServer): void;
}

/** Resources in the cluster, and its provider. */
const inCluster = /^(kubernetes:|pulumi:providers:kubernetes)/;

export function describeVendor(vendor: string, given: VendorCase): void {
  describe(`a cluster of ${vendor} under the engine`, function () {
    this.timeout(180_000);

    let servers: ApiServer[];
    let program: CloudProgram;
    let first: Record<string, string>;

    before(async () => {
      servers = await Promise.all([ApiServer.start(), ApiServer.start(), ApiServer.start()]);
      program = await CloudProgram.create("cluster", smallStack(given), filesOf(servers));
      given.before.forEach((resource) => program.standIn.cloud.put(resource));
    });

    after(async () => {
      await program.remove();
      await Promise.all(servers.map((server) => server.stop()));
    });

    const serverNow = 0;
    const server = (index: number): ApiServer => servers[index] as ApiServer;

    /** Unique ids of the program's objects in a server's cluster. */
    async function objects(index = serverNow): Promise<Record<string, string>> {
      const access = readAccess(server(index).kubeconfigFile);
      const all = await Promise.all(
        [
          "/api/v1/namespaces/default/configmaps",
          "/api/v1/namespaces/default/secrets",
          "/apis/storage.k8s.io/v1/storageclasses",
          "/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses",
        ].map(async (path) =>
          Object.entries(await uidsOf(access, path)).map(
            ([name, uid]) => [`${path.split("/").at(-1)}/${name}`, uid] as const,
          ),
        ),
      );
      return Object.fromEntries(all.flat().filter(([name]) => /\/(settings|keys-|ledger-)/.test(name)));
    }

    function editCluster(change: (cluster: Section) => void): void {
      program.edit(({ cluster }) => change(cluster as Section));
    }

    /** Applies an edit that must leave cluster, Kubernetes provider and all objects unchanged. */
    async function keepsTheCluster(): Promise<PlannedStep[]> {
      const steps = await program.pulumi.plan();
      assert.notDeepEqual(steps, [], "the edit changes nothing");
      const refused = steps.filter(({ op, urn }) => /replace|delete|create/.test(op) && isCluster(urn));
      assert.deepEqual(refused.map(describeStep), []);
      assert.deepEqual(deletedFirst(await program.pulumi.upSteps()), []);
      assert.deepEqual(await objects(), first);
      return steps;
    }

    function isCluster(urn: string): boolean {
      const type = typeOf(urn);
      return inCluster.test(type) || type === given.clusterType;
    }

    it("previews the whole program, network and all, while there is nothing", async () => {
      const whole = await CloudProgram.create("whole", readStackConfig(given.stack), filesOf(servers));
      try {
        const steps = await whole.pulumi.plan();
        assert.deepEqual([...new Set(steps.map(({ op }) => op))], ["create"]);
        const types = new Set(steps.map(({ urn }) => typeOf(urn)));
        for (const type of [given.clusterType, "kubernetes:apps/v1:StatefulSet", "ledger:fabric:Channel"]) {
          assert.ok(types.has(type), `no ${type} in the preview`);
        }
        assert.deepEqual(whole.standIn.left(), []);
      } finally {
        await whole.remove();
      }
    });

    it("comes up with objects in it, and a second `up` and a refresh find nothing to change", async () => {
      await program.pulumi.up();
      first = await objects();
      assert.deepEqual(
        Object.keys(first)
          .map((name) => name.replace(/-[0-9a-f]+$/, ""))
          .sort(),
        [
          "configmaps/settings",
          "secrets/keys",
          "storageclasses/ledger-block",
          "storageclasses/ledger-file",
          "volumesnapshotclasses/ledger-block",
        ],
      );
      await program.pulumi.up("--expect-no-changes");
      await program.pulumi.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    });

    it("keeps the secret, and every credential, out of the plain text of its state", () => {
      const state = program.pulumi.stateText();
      assert.match(state, /"settings"/);
      assert.doesNotMatch(state, /s3cret|czNjcmV0|PRIVATE KEY|client-key-data/);
    });

    it("keeps everything in it when the number of nodes changes", async () => {
      editCluster((cluster) => setPool(cluster, { minNodes: 3, maxNodes: 9 }));
      await keepsTheCluster();
    });

    it("keeps everything, in it and around it, when tags change", async () => {
      editCluster((cluster) => (cluster.tags = { team: "ledger" }));
      const steps = await keepsTheCluster();
      assert.deepEqual(steps.filter(({ op }) => op !== "update").map(describeStep), []);
      const untagged = (given.tagged ?? []).filter((type) =>
        program.standIn.cloud.list(type).every(({ inputs }) => (inputs.tags as Section | undefined)?.team !== "ledger"),
      );
      assert.deepEqual(untagged, []);
    });

    it("keeps everything in it when Kubernetes goes up by a minor version", async () => {
      editCluster((cluster) => (cluster.kubernetesVersion = given.versions[1]));
      const steps = await keepsTheCluster();
      const ofCluster = steps.filter(({ urn }) => typeOf(urn) === given.clusterType);
      assert.deepEqual(
        ofCluster.map(({ op }) => op),
        ["update"],
      );
    });

    it("keeps everything in it when the machine type changes", async () => {
      editCluster((cluster) => setPool(cluster, { machineType: otherMachine(cluster) }));
      await keepsTheCluster();
    });

    it("keeps everything in it when credentials or its address change without the program", async () => {
      given.rotate(program, server(serverNow));
      await program.pulumi.succeed("refresh", "--yes", "--skip-preview");
      const replaced = (await program.pulumi.plan()).filter(
        ({ op, urn }) => /replace|delete/.test(op) && isCluster(urn),
      );
      assert.deepEqual(replaced.map(describeStep), []);
      await program.pulumi.up();
      assert.deepEqual(await objects(), first);
      await program.pulumi.up("--expect-no-changes");
    });

    /**
     * Applies an edit that replaces the cluster, and checks that new resources come first and old ones are deleted in
     * order.
     */
    async function replacesTheCluster(nextServer: number): Promise<void> {
      const steps = await program.pulumi.plan();
      const replaced = new Set(steps.filter(({ op }) => op === "replace").map(({ urn }) => typeOf(urn)));
      for (const type of [given.clusterType, "pulumi:providers:kubernetes", "kubernetes:core/v1:ConfigMap"]) {
        assert.ok(replaced.has(type), `${type} is not replaced`);
      }
      const upSteps = await program.pulumi.upSteps();
      assert.deepEqual(deletedFirst(upSteps), []);
      const done = upSteps.map(({ op, urn }) => `${op} ${typeOf(urn)}`);
      const order = [
        `create-replacement ${given.clusterType}`,
        "create-replacement pulumi:providers:kubernetes",
        "create-replacement kubernetes:core/v1:ConfigMap",
        // The old cluster still answers: its objects are deleted by its own API, and with them disks and load
        // balancers.
        "delete-replaced kubernetes:core/v1:ConfigMap",
        "delete-replaced pulumi:providers:kubernetes",
        `delete-replaced ${given.clusterType}`,
      ];
      assert.deepEqual(
        done.filter((step) => order.includes(step)),
        order,
      );
      assert.equal(Object.keys(await objects(nextServer)).length, Object.keys(first).length);
      assert.equal(program.standIn.cloud.list(given.clusterType).length, 1);
      await program.pulumi.up("--expect-no-changes");
      await program.pulumi.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    }

    it("is replaced with everything in it by one `up`, the next one being there before it goes", async () => {
      editCluster((cluster) => (cluster.generation = 2));
      await replacesTheCluster(1);
    });

    it("is replaced so with the network that was made for it, too", async () => {
      editCluster((cluster) => Object.assign(cluster, given.otherNetwork));
      await replacesTheCluster(2);
    });

    it("refuses to be destroyed while it is protected, by Pulumi and by the cloud", async () => {
      editCluster((cluster) => (cluster.protect = true));
      await program.pulumi.up();
      assert.match(await program.refused("destroy", "--yes", "--skip-preview"), /protected/);
      const cluster = program.standIn.cloud.list(given.clusterType);
      assert.equal(cluster.length, 1);
      const operations = program.standIn.cloud.operations();
      editCluster((each) => (each.generation = 3));
      assert.match(await program.refused("up", "--yes"), /unable to replace .*currently marked for protection/s);
      assert.deepEqual(program.standIn.cloud.operations(), operations);
      editCluster((each) => (each.generation = 2));
      if (given.hasDeletionProtection) {
        const answer = await program.refused("destroy", "--yes", "--skip-preview", "--ignore-protect");
        assert.match(answer, /deletion.?protection/i);
        assert.equal(program.standIn.cloud.list(given.clusterType).length, 1);
      }
      editCluster((each) => (each.protect = false));
      await program.pulumi.up();
    });

    it("leaves nothing in the cloud after `destroy`", async () => {
      await program.pulumi.succeed("destroy", "--yes", "--skip-preview");
      const before = given.before.map(({ id }) => id);
      const left = program.standIn.cloud
        .list()
        .filter(({ type, id }) => !given.keeps.includes(type) && !before.includes(id));
      assert.deepEqual(
        left.map(({ type, id }) => `${type} ${id}`),
        [],
      );
      assert.deepEqual(await program.pulumi.resources(), []);
    });
  });
}

/** The stack file with file storage, at a version of Kubernetes that can be raised. */
function smallStack({ stack, settings, versions }: VendorCase): StackConfig {
  const config = readStackConfig(stack);
  return {
    ...config,
    cluster: { ...config.cluster, kubernetesVersion: versions[0], ...settings },
    storage: { ...config.storage, file: {} },
  };
}

function filesOf(servers: ApiServer[]): string[] {
  return servers.map(({ kubeconfigFile }) => kubeconfigFile);
}

function ledgerPool(cluster: Section): Section {
  const pools = (cluster.nodePools ??= {}) as Record<string, Section>;
  return (pools.ledger ??= {});
}

function setPool(cluster: Section, settings: Section): void {
  Object.assign(ledgerPool(cluster), settings);
}

/** Machine type of another size in the same family. */
function otherMachine(cluster: Section): string {
  const machine = ledgerPool(cluster).machineType as string;
  const sizes: [RegExp, string][] = [
    [/xlarge$/, "2xlarge"],
    [/-\d+$/, "-8"],
    [/_D\d+/, "_D8"],
  ];
  const [pattern, size] = sizes.find(([each]) => each.test(machine)) ?? [];
  if (pattern === undefined || size === undefined) throw new Error(`no other size of ${machine} is known`);
  return machine.replace(pattern, size);
}

function describeStep({ op, urn, replaceReasons }: PlannedStep): string {
  return [op, urn.split("$").at(-1), ...(replaceReasons ?? [])].join(" ");
}

/** Resources that were missing for a while: the old one was deleted before the new one existed. */
function deletedFirst(steps: DoneStep[]): string[] {
  const created = new Set<string>();
  return steps.flatMap(({ op, urn }) => {
    if (op === "create-replacement") created.add(urn);
    return op === "delete-replaced" && !created.has(urn) ? [urn] : [];
  });
}

function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}
