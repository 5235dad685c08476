/** Properties of the resources of every stack file. */
import assert from "node:assert/strict";
import { shortUrn, stackPreview, stackRun, stacks, type ProgramRun, type Registration } from "../support/program/run";

for (const stack of stacks) {
  describe(`stack ${stack}`, function () {
    this.timeout(60_000);
    let run: ProgramRun;

    before(async () => {
      run = await stackRun(stack);
    });

    it("gives no two resources one name, which the engine would refuse", () => {
      const urns = run.resources.map((resource) => resource.urn);
      const twice = urns.filter((urn, at) => urns.indexOf(urn) !== at);
      assert.deepEqual(twice, []);
    });

    it("puts every resource under a component, so that the tree of the stack follows the program", () => {
      const isTop = (type: string) => type === "pulumi:pulumi:Stack" || type.startsWith("blockchain-clusters:");
      const stray = run.resources.filter(
        ({ type, parent }) => (parent === "" || parent.includes("::pulumi:pulumi:Stack::")) && !isTop(type),
      );
      assert.deepEqual(
        stray.map(({ urn }) => shortUrn(urn)),
        [],
      );
    });

    it("uses its own providers only, since the engine's default ones would use kubectl's current cluster", () => {
      const byPackage: Record<string, string[]> = {
        kubernetes: ["cluster-kubernetes"],
        ledger: ["-pki", "-ledger"],
        aws: ["cluster-aws"],
        gcp: ["cluster-gcp"],
        "azure-native": ["cluster-azure"],
        alicloud: ["cluster-alicloud"],
      };
      const wrong = run.resources.filter(({ type, provider }) => {
        const suffixes = byPackage[type.split(":")[0] ?? ""];
        return suffixes !== undefined && !suffixes.some((suffix) => provider.endsWith(suffix));
      });
      assert.deepEqual(
        wrong.map(({ urn }) => shortUrn(urn)),
        [],
      );
    });

    it("keeps keys away from the provider that knows the cluster, so that they outlive it", () => {
      const pki = run.resources.filter(({ type }) => /^ledger:(pki:|ethereum:(Account|Genesis)$)/.test(type));
      assert.ok(pki.length > 0);
      assert.deepEqual([...new Set(pki.map(({ provider }) => provider.replace(/^.*-/, "")))], ["pki"]);
    });

    it("marks every private key and credential secret, wherever it goes", () => {
      assert.deepEqual(plainKeys(run.resources.map(({ inputs }) => inputs)), []);
      assert.deepEqual(plainKeys(run.outputs), []);
      const secrets = run.resources.filter(({ type }) => type === "kubernetes:core/v1:Secret");
      assert.ok(secrets.length > 0);
      for (const provider of run.resources.filter(({ type }) => /^pulumi:providers:(kubernetes|ledger)$/.test(type))) {
        const { kubeconfig } = provider.inputs as { kubeconfig?: unknown };
        assert.ok(kubeconfig === undefined || isSecret(kubeconfig), provider.name);
      }
    });

    it("protects keys, volumes, namespaces and channels exactly where the stack must outlive mistakes", () => {
      const precious =
        /^(ledger:pki:CertificateAuthority|ledger:fabric:Channel|ledger:ethereum:(Account|Genesis)|kubernetes:core\/v1:(PersistentVolumeClaim|Namespace)|aws:eks\/cluster:Cluster|aws:kms\/key:Key|aws:efs\/fileSystem:FileSystem|gcp:container\/cluster:Cluster|gcp:kms\/cryptoKey:CryptoKey|azure-native:containerservice:ManagedCluster|azure-native:keyvault:(Vault|Key)|alicloud:cs\/managedKubernetes:ManagedKubernetes|alicloud:kms\/key:Key|alicloud:nas\/fileSystem:FileSystem)$/;
      // Snapshots are in the namespaces of the volumes: the backups' own has nothing that lasts.
      const isOfBackups = ({ type, name }: Registration): boolean =>
        type === "kubernetes:core/v1:Namespace" && name.endsWith("-backup");
      const states = run.resources
        .filter((resource) => precious.test(resource.type) && !isOfBackups(resource))
        .map(({ protect }) => protect);
      assert.ok(states.length > 0);
      assert.deepEqual([...new Set(states)], [!(stack.startsWith("local-") || stack.endsWith("-dev"))]);
    });

    it("previews with nothing there, since that is where every stack begins", async () => {
      const preview = await stackPreview(stack);
      assert.deepEqual(preview.resources.map(({ urn }) => urn).sort(), run.resources.map(({ urn }) => urn).sort());
    });
  });
}

function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secret" in value;
}

/** Paths with a plain key of the stand-in PKI. */
function plainKeys(value: unknown, path = ""): string[] {
  if (typeof value === "string") return value.includes("key of ") ? [path] : [];
  if (typeof value !== "object" || value === null || isSecret(value)) return [];
  return Object.entries(value).flatMap(([key, field]) => plainKeys(field, `${path}/${key}`));
}
