/**
 * Every resource of every stack file, as the program asks the engine for it. Shows what a change of the program means
 * for each stack; does not show that a cluster or a ledger would accept it.
 *
 * `UPDATE=1` writes the expected files anew; review their diff.
 */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { readStack, runProgram, shortUrn, stackPreview, stackRun, stacks, type ProgramRun } from "./program";
import { deriveAccount } from "../../ledger/ethereum/key";
import { renderRun } from "./render";

for (const stack of stacks) {
  describe(`stack ${stack}`, function () {
    this.timeout(60_000);
    let run: ProgramRun;

    before(async () => {
      run = await stackRun(stack);
    });

    it("asks for the resources in its golden files, since every change to them belongs in a review", () => {
      const rendered = renderRun(run);
      const folder = join(__dirname, "expected", stack);
      if (process.env.UPDATE) write(folder, rendered);
      const expected = existsSync(folder) ? readdirSync(folder) : [];
      assert.deepEqual([...rendered.keys()].sort(), expected.sort());
      for (const [file, text] of rendered) {
        assert.equal(text, readFileSync(join(folder, file), "utf8"), file);
      }
    });

    it("gives no two resources one name, which the engine would refuse", () => {
      const urns = run.resources.map((resource) => resource.urn);
      const twice = urns.filter((urn, at) => urns.indexOf(urn) !== at);
      assert.deepEqual(twice, []);
    });

    it("puts every resource under a component, so that the tree of the stack reads like the program", () => {
      const isTop = (type: string) => type === "pulumi:pulumi:Stack" || type.startsWith("blockchain-clusters:");
      const stray = run.resources.filter(
        ({ type, parent }) => (parent === "" || parent.includes("::pulumi:pulumi:Stack::")) && !isTop(type),
      );
      assert.deepEqual(
        stray.map(({ urn }) => shortUrn(urn)),
        [],
      );
    });

    it("uses its own providers only, since the engine's default ones would go to whatever kubectl points at", () => {
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

    it("protects keys, volumes, namespaces and channels exactly where the stack shall outlive mistakes", () => {
      const precious =
        /^(ledger:pki:CertificateAuthority|ledger:fabric:Channel|ledger:ethereum:(Account|Genesis)|kubernetes:core\/v1:(PersistentVolumeClaim|Namespace)|aws:eks\/cluster:Cluster|aws:kms\/key:Key|aws:efs\/fileSystem:FileSystem|gcp:container\/cluster:Cluster|gcp:kms\/cryptoKey:CryptoKey|azure-native:containerservice:ManagedCluster|azure-native:keyvault:(Vault|Key)|alicloud:cs\/managedKubernetes:ManagedKubernetes|alicloud:kms\/key:Key|alicloud:nas\/fileSystem:FileSystem)$/;
      const states = run.resources.filter(({ type }) => precious.test(type)).map(({ protect }) => protect);
      assert.ok(states.length > 0);
      assert.deepEqual([...new Set(states)], [!(stack.startsWith("local-") || stack.endsWith("-dev"))]);
    });

    it("previews with nothing there, since that is where every stack begins", async () => {
      const preview = await stackPreview(stack);
      assert.deepEqual(preview.resources.map(({ urn }) => urn).sort(), run.resources.map(({ urn }) => urn).sort());
    });
  });
}

for (const stack of stacks.filter((name) => /^(eks|gke|aks|ack)-/.test(name))) {
  describe(`the cluster of stack ${stack}`, function () {
    this.timeout(60_000);

    it("is known by its settings in the first preview, when nobody knows its address", async () => {
      const preview = await stackPreview(stack);
      const known = await stackRun(stack);
      assert.ok(isUnknown(kubernetesProvider(preview).kubeconfig));
      assert.equal(kubernetesProvider(preview).clusterIdentifier, kubernetesProvider(known).clusterIdentifier);
    });

    it("is replaced exactly when the provider is that reaches it, so that no state outlives its cluster", async () => {
      const run = await stackRun(stack);
      const identity = String(kubernetesProvider(run).clusterIdentifier);
      const triggers = run.resources.flatMap(
        ({ replacementTrigger }) => (replacementTrigger as string | undefined) ?? [],
      );
      assert.equal(triggers.filter((trigger) => trigger === identity).length, 1);
      // Others are replaced when a part of the identity changes, so never without the cluster.
      assert.ok(
        triggers.every((trigger) => identity.includes(trigger)),
        triggers.join(", "),
      );
    });
  });
}

describe("a cluster on a cloud", function () {
  this.timeout(60_000);

  for (const vendor of ["ack", "aks", "eks", "gke"]) {
    it(`is another one for another generation and the same one on more nodes or a newer Kubernetes, on ${vendor}`, async () => {
      const stack = `${vendor}-fabric-dev`;
      const { clusterIdentifier } = kubernetesProvider(await stackRun(stack));
      const identifierWith = async (change: object) => {
        const config = readStack(stack);
        const cluster = { ...(config.cluster as object), ...change };
        return kubernetesProvider(await runProgram(stack, { ...config, cluster })).clusterIdentifier;
      };
      assert.notEqual(await identifierWith({ generation: 2 }), clusterIdentifier);
      const kubernetesVersion = vendor === "ack" ? "1.36.1-aliyun.1" : "1.36";
      assert.equal(await identifierWith({ kubernetesVersion }), clusterIdentifier);
      const ledger = { minNodes: 9, maxNodes: 12, machineType: "another.machine" };
      assert.equal(await identifierWith({ nodePools: { ledger } }), clusterIdentifier);
    });
  }
});

function kubernetesProvider({ resources }: ProgramRun): Record<string, unknown> {
  return resources.find(({ type }) => type === "pulumi:providers:kubernetes")?.inputs as Record<string, unknown>;
}

function isUnknown(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    ("unknown" in value || ("secret" in value && isUnknown(value.secret)))
  );
}

describe("a kubeconfig from another stack", function () {
  this.timeout(60_000);
  const withSource = () => {
    const { kubeconfig: _, ...config } = readStack("existing-fabric");
    const kubeconfig = { from: "stack", stack: "organization/clusters/prod" };
    return { ...config, cluster: { ...(config.cluster as object), kubeconfig } };
  };

  it("previews while that stack has not run, with the cluster's identity known all the same", async () => {
    const { resources } = await runProgram("existing-fabric", withSource(), { preview: true });
    const provider = resources.find(({ type }) => type === "pulumi:providers:kubernetes");
    assert.deepEqual(provider?.inputs, {
      clusterIdentifier: "existing/trade-prod/1",
      enableConfigMapMutable: "true",
      enableServerSideApply: "true",
      kubeconfig: { unknown: true },
    });
    assert.ok(resources.some(({ type }) => type === "ledger:fabric:Chaincode"));
  });

  it("reaches the providers normalised and secret, since the other stack may not have marked it", async () => {
    const kubeconfig = readFileSync(join(__dirname, "fixtures", "kubeconfig.json"), "utf8");
    const { resources } = await runProgram("existing-fabric", withSource(), { stackOutputs: { kubeconfig } });
    const provider = resources.find(({ type }) => type === "pulumi:providers:kubernetes");
    const { secret } = (provider?.inputs as { kubeconfig: { secret: string } }).kubeconfig;
    assert.deepEqual(Object.keys(JSON.parse(secret) as object), [
      "apiVersion",
      "kind",
      "clusters",
      "users",
      "contexts",
      "current-context",
    ]);
  });

  const trusted = readFileSync(join(__dirname, "fixtures", "kubeconfig.json"), "utf8");
  const message =
    "cluster.kubeconfig: its cluster has insecure-skip-tls-verify: true, so whoever is in between reads every key that " +
    "is sent; must have certificate-authority-data instead";

  /** The kubeconfig for clients that take any server for the cluster's. */
  function careless(): string {
    const config = JSON.parse(trusted) as { clusters: { cluster: Record<string, unknown> }[] };
    for (const { cluster } of config.clusters) {
      delete cluster["certificate-authority-data"];
      cluster["insecure-skip-tls-verify"] = true;
    }
    return JSON.stringify(config);
  }

  it("is warned of when it takes any server for the cluster's, since keys go over that connection", async () => {
    const warnings = async (kubeconfig: string) => {
      const heard: string[] = [];
      const { warn } = pulumi.log;
      const listen = (text: string) => {
        if (text.startsWith("cluster.kubeconfig")) heard.push(text);
        return Promise.resolve();
      };
      Object.assign(pulumi.log, { warn: listen });
      await runProgram("existing-fabric", withSource(), { stackOutputs: { kubeconfig } }).finally(() =>
        Object.assign(pulumi.log, { warn }),
      );
      return heard;
    };
    assert.deepEqual(await warnings(careless()), [message]);
    assert.deepEqual(await warnings(trusted), []);
  });

  it("is refused in production when it takes any server for the cluster's", async () => {
    const source = withSource();
    Object.assign(source.cluster as object, { environment: "production" });
    const run = runProgram("existing-fabric", source, { stackOutputs: { kubeconfig: careless() } });
    await assert.rejects(run, (error: Error) => error.message.includes(message));
  });
});

describe("an Ethereum network behind an Ingress", function () {
  this.timeout(60_000);

  it("has one name for each protocol, both under TLS, and nodes that answer to them and ask for tokens", async () => {
    const config = readStack("existing-ethereum");
    const network = config.network as { ethereum: { rpc: object } };
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const jwtPublicKey = publicKey.export({ type: "spki", format: "pem" });
    const ingress = { host: "rpc.example.com", wsHost: "ws.example.com", className: "nginx" };
    network.ethereum.rpc = { clientNamespaces: ["ingress-nginx"], ingress, jwtPublicKey };
    const { resources, outputs } = await runProgram("existing-ethereum", { ...config, network });
    const found = resources.find(({ type }) => type === "kubernetes:networking.k8s.io/v1:Ingress");
    const { spec } = found?.inputs as { spec: unknown };
    const path = (port: string) => ({
      paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "rpc", port: { name: port } } } }],
    });
    assert.deepEqual(spec, {
      ingressClassName: "nginx",
      tls: [{ hosts: ["rpc.example.com", "ws.example.com"], secretName: "rpc-tls" }],
      rules: [
        { host: "rpc.example.com", http: path("http") },
        { host: "ws.example.com", http: path("ws") },
      ],
    });
    const { rpc } = (outputs as { ethereum: { rpc: { httpUrl: string; wsUrl: string } } }).ethereum;
    assert.deepEqual([rpc.httpUrl, rpc.wsUrl], ["https://rpc.example.com", "wss://ws.example.com"]);
    assert.ok(resources.some(({ type, name }) => type === "kubernetes:core/v1:ConfigMap" && name === "ledger-rpc-jwt"));
    const sets = JSON.stringify(resources.filter(({ type }) => type === "kubernetes:apps/v1:StatefulSet"));
    assert.match(sets, /"BESU_HOST_ALLOWLIST","value":"[^"]*,rpc\.example\.com,ws\.example\.com"/);
    assert.match(sets, /"BESU_RPC_WS_AUTHENTICATION_JWT_PUBLIC_KEY_FILE","value":"\/jwt\/public-key\.pem"/);
  });
});

describe("an Ethereum network behind a load balancer without a name", function () {
  this.timeout(60_000);

  it("has nodes that answer to the address the load balancer got, which the outputs tell", async () => {
    const config = readStack("existing-ethereum");
    const network = config.network as { ethereum: { rpc: object } };
    network.ethereum.rpc = { type: "LoadBalancer", clientCidrs: ["10.0.0.0/8"] };
    const { resources, outputs } = await runProgram("existing-ethereum", { ...config, network });
    const { hostname } = new URL((outputs as { ethereum: { rpc: { httpUrl: string } } }).ethereum.rpc.httpUrl);
    const sets = JSON.stringify(resources.filter(({ type }) => type === "kubernetes:apps/v1:StatefulSet"));
    assert.match(sets, new RegExp(`"BESU_HOST_ALLOWLIST","value":"[^"]*,${hostname}"`));
  });
});

describe("an Ethereum network behind a Gateway", function () {
  this.timeout(60_000);

  it("has one route for each protocol, to the RPC nodes alone, and nodes that answer to their names", async () => {
    const config = readStack("existing-ethereum");
    const network = config.network as { ethereum: { rpc: object } };
    const gateway = { name: "main", namespace: "doors", host: "rpc.example.com", wsHost: "ws.example.com" };
    network.ethereum.rpc = { clientNamespaces: ["doors"], gateway: { ...gateway, sectionName: "https" } };
    const { resources, outputs } = await runProgram("existing-ethereum", { ...config, network });
    const routes = resources.filter(({ type }) => type === "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute");
    const parentRefs = [{ name: "main", namespace: "doors", sectionName: "https" }];
    const rules = (port: number) => [{ backendRefs: [{ name: "rpc", port }] }];
    assert.deepEqual(
      routes.map(({ inputs }) => (inputs as { spec: unknown }).spec),
      [
        { parentRefs, hostnames: ["rpc.example.com"], rules: rules(8545) },
        { parentRefs, hostnames: ["ws.example.com"], rules: rules(8546) },
      ],
    );
    const { rpc } = (outputs as { ethereum: { rpc: { httpUrl: string; wsUrl: string } } }).ethereum;
    assert.deepEqual([rpc.httpUrl, rpc.wsUrl], ["https://rpc.example.com", "wss://ws.example.com"]);
    const sets = JSON.stringify(resources.filter(({ type }) => type === "kubernetes:apps/v1:StatefulSet"));
    assert.match(sets, /"BESU_HOST_ALLOWLIST","value":"[^"]*,rpc\.example\.com,ws\.example\.com"/);
    assert.deepEqual(
      resources.filter(({ type }) => /Ingress$/.test(type)),
      [],
    );
  });
});

describe("an Ethereum network that joins another stack's", function () {
  this.timeout(60_000);
  const { enodeId: id } = deriveAccount("5".repeat(64));
  const ethereum = {
    chainId: 4711,
    freeGas: true,
    genesis: "text of genesis.json",
    // As GoQuorum has it; geth takes no such parameter.
    enodes: [`enode://${id}@validator0.first.svc.cluster.local:30303?discport=0&raftport=0`],
  };
  const joining = (source: object = { stack: "organization/chains/first" }) => {
    const { network, ...config } = readStack("local-clique");
    const { ethereum: section, ...rest } = network as { ethereum: Record<string, unknown> };
    const { genesis: _, validators: __, bootnodes: ___, faucet: ____, ...own } = section;
    return { ...config, network: { ...rest, ethereum: { ...own, join: source, p2p: { namespaces: ["first"] } } } };
  };

  it("has that one's first block and validators, and RPC nodes of its own", async () => {
    const { resources, outputs } = await runProgram("local-clique", joining(), { stackOutputs: { ethereum } });
    const inputsOf = (type: string, name: string) => {
      return resources.find((resource) => resource.type === type && resource.name === name)?.inputs;
    };
    assert.deepEqual(inputsOf("ledger:ethereum:Genesis", "clique-genesis"), {
      existing: { client: "geth", text: ethereum.genesis },
    });
    const peers = inputsOf("kubernetes:core/v1:ConfigMap", "clique-peers") as { data: Record<string, string> };
    assert.match(
      peers.data["config.toml"] ?? "",
      new RegExp(`@validator0\\.first\\.svc\\.cluster\\.local:30303\\?discport=0"`),
    );
    const sets = resources.filter(({ type }) => type === "kubernetes:apps/v1:StatefulSet");
    assert.deepEqual(
      sets.map(({ name }) => name),
      ["clique-rpc"],
    );
    assert.ok(JSON.stringify(sets[0]?.inputs).includes("--networkid=4711"));
    assert.ok(!resources.some(({ type }) => type === "ledger:ethereum:ValidatorSet"));
    const told = (outputs as { ethereum: { enodes: string[] } }).ethereum.enodes;
    assert.deepEqual(told, ethereum.enodes, "a third stack may join by this one");
  });

  it("previews while that stack's outputs are not known", async () => {
    const { resources } = await runProgram("local-clique", joining(), { preview: true });
    assert.ok(resources.some(({ name }) => name === "clique-rpc"));
  });

  it("takes a file with that one's outputs as well", async () => {
    const folder = mkdtempSync(join(tmpdir(), "golden-join-"));
    try {
      const file = join(folder, "chain.json");
      writeFileSync(file, JSON.stringify(ethereum));
      const { resources } = await runProgram("local-clique", joining({ file }));
      const genesis = resources.find(({ type }) => type === "ledger:ethereum:Genesis");
      assert.deepEqual(genesis?.inputs, { existing: { client: "geth", text: ethereum.genesis } });
      writeFileSync(file, "{}");
      await assert.rejects(
        runProgram("local-clique", joining({ file })),
        /join\.file: given .* which holds no Ethereum/,
      );
      rmSync(file);
      await assert.rejects(runProgram("local-clique", joining({ file })), /join\.file: given .* which cannot be read/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is refused with a client whose nodes would never connect to those of GoQuorum", async () => {
    const stackOutputs = { ethereum: { ...ethereum, client: "goquorum" } };
    await assert.rejects(
      runProgram("local-clique", joining(), { stackOutputs }),
      /network\.ethereum\.client: given "geth" for a network of "goquorum"; must be "goquorum"/,
    );
  });

  it("says so when that stack has no such network", async () => {
    const run = runProgram("local-clique", joining(), { stackOutputs: { ethereum: { chainId: 1 } } });
    await assert.rejects(
      run,
      /network\.ethereum\.join\.stack: given "organization\/chains\/first", which holds no Ethereum/,
    );
  });
});

function write(folder: string, rendered: ReadonlyMap<string, string>): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of rendered) writeFileSync(join(folder, file), text);
}

function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secret" in value;
}

/** Places where a key of the stand-in PKI stands in the open. */
function plainKeys(value: unknown, path = ""): string[] {
  if (typeof value === "string") return value.includes("key of ") ? [path] : [];
  if (typeof value !== "object" || value === null || isSecret(value)) return [];
  return Object.entries(value).flatMap(([key, field]) => plainKeys(field, `${path}/${key}`));
}
