/**
 * The report on previews that the real engine made of a small Fabric network on the local cluster, and of clusters on
 * stand-in clouds (test/support/clouds/record-previews.ts). The recordings lack parts that the report does not read:
 * properties of resources, positions in the source.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../../tools/paths";
import { lossOf } from "../../../tools/preview-report/holdings";
import { parsePreview, readUrn } from "../../../tools/preview-report/preview";
import { renderMarkdown, renderText } from "../../../tools/preview-report/render";
import { judge, type Report } from "../../../tools/preview-report/report";
import { readUnprotected } from "../../../tools/preview-report/unprotected";
import { readViolations } from "../../../tools/preview-report/violations";

const recordings = join(__dirname, "previews");

interface Recording {
  config: Record<string, string>;
  steps: { urn: string; op: string; oldState?: object; newState?: object }[];
  diagnostics?: { message: string; severity: string }[];
  changeSummary: Record<string, number>;
  maybeCorrupt?: boolean;
}

function record(name: string): Recording {
  return JSON.parse(readFileSync(join(recordings, `${name}.json`), "utf8")) as Recording;
}

function reportOn(recording: Recording): Report {
  return judge("scratch", parsePreview(JSON.stringify(recording), "recording"));
}

/** Rows in readable form, without those that lose nothing. */
function losses(report: Report): string[] {
  return report.rows
    .filter(({ holds }) => holds !== "")
    .map(({ verdict, operation, kind, names }) => `${verdict} ${operation} ${kind} ${names.join(" ")}`);
}

describe("the preview report", () => {
  it("lets pass what changes nothing", () => {
    const report = reportOn(record("no-change"));
    assert.equal(report.isAcceptable, true);
    assert.equal(renderText(report), "Stack scratch: 68 unchanged\n\nNo data and no keys are lost.\n");
  });

  it("folds a first creation into one line", () => {
    const report = reportOn(record("first-creation"));
    assert.equal(report.isAcceptable, true);
    assert.deepEqual(report.rows, []);
    assert.match(renderText(report), /^ {2}to create: Certificate 11, .*StatefulSet 3/m);
  });

  it("groups updates by what changes, and lets them pass", () => {
    const report = reportOn(record("updates"));
    assert.equal(report.isAcceptable, true);
    assert.deepEqual(
      report.rows.map(({ operation, kind, names, reasons }) => [operation, kind, names, reasons]),
      [
        ["update", "Channel", ["fabric-trade"], ["config.batch.timeout"]],
        [
          "update",
          "StatefulSet",
          ["fabric-org1-peer0", "fabric-org1-peer1"],
          ["spec.template.spec.containers[0].resources.requests.memory"],
        ],
      ],
    );
  });

  it("refuses a replaced StatefulSet, and says by which property and how to allow it", () => {
    const report = reportOn(record("stateful-set-replaced"));
    assert.equal(report.isAcceptable, false);
    assert.equal(
      renderText(report),
      [
        "Stack scratch: 3 to replace, 65 unchanged",
        "",
        "  REFUSED  replace  3 StatefulSet  a node of the network  spec.serviceName",
        "           fabric-orderer-orderer0, fabric-org1-peer0, fabric-org1-peer1",
        "",
        "If the loss is meant, allow it by name in stacks/Pulumi.scratch.yaml, under config:",
        "  blockchain-clusters:allowReplacement:",
        '    - "StatefulSet/fabric-orderer-orderer0"',
        '    - "StatefulSet/fabric-org1-peer0"',
        '    - "StatefulSet/fabric-org1-peer1"',
        "",
        "Refused: data or keys would be lost.",
        "",
      ].join("\n"),
    );
  });

  it("lets the same pass where the stack file names them, and asks to remove entries that nothing needs", () => {
    const report = reportOn(record("stateful-set-allowed"));
    assert.equal(report.isAcceptable, true);
    assert.deepEqual(losses(report), [
      "allowed replace StatefulSet fabric-orderer-orderer0 fabric-org1-peer0 fabric-org1-peer1",
    ]);
    assert.deepEqual(report.unused, ["Channel/gone"]);
    assert.match(renderText(report), /Data or keys will be lost, as the stack file allows\./);
  });

  it("still refuses those beside the named", () => {
    const recording = record("stateful-set-replaced");
    recording.config["blockchain-clusters:allowReplacement"] =
      '["StatefulSet/fabric-org1-peer?", "StatefulSet/*-peer1"]';
    const report = reportOn(recording);
    assert.equal(report.isAcceptable, false);
    assert.deepEqual(report.refused, ["StatefulSet/fabric-orderer-orderer0", "StatefulSet/fabric-org1-peer0"]);
  });

  it("never takes an entry for all kinds", () => {
    const recording = record("stateful-set-replaced");
    for (const entry of ["*", "*/*", "Stateful*/*", "Deployment/*"]) {
      recording.config["blockchain-clusters:allowReplacement"] = JSON.stringify([entry]);
      assert.equal(reportOn(recording).refused.length, 3, entry);
    }
  });

  it("takes no entry for all of a kind, which would allow what a later change brings", () => {
    const recording = record("stateful-set-replaced");
    recording.config["blockchain-clusters:allowReplacement"] = '["StatefulSet/*"]';
    const report = reportOn(recording);
    assert.deepEqual([report.refused.length, report.wide, report.unused], [3, ["StatefulSet/*"], []]);
    assert.match(renderText(report), /name a kind and no resource allow nothing; name what goes: StatefulSet\/\*$/m);
    assert.match(renderMarkdown(report), /name what goes: `StatefulSet\/\*`$/m);
  });

  /** A preview with one change of one resource. */
  function reportOnOne(op: string, type: string, reasons: string[] = [], oldState: object = {}): Report {
    const step = {
      op,
      urn: `urn:pulumi:scratch::p::${type}::x`,
      diffReasons: reasons,
      replaceReasons: reasons,
      oldState,
    };
    return reportOn({ ...record("no-change"), steps: [step] });
  }

  it("marks updates that take protection away, or move every node, and lets them pass", () => {
    const marked: [type: string, path: string][] = [
      ["aws:eks/cluster:Cluster", "deletionProtection"],
      ["aws:kms/key:Key", "deletionWindowInDays"],
      ["alicloud:kms/key:Key", "pendingWindowInDays"],
      ["azure-native:keyvault:Vault", "properties.softDeleteRetentionInDays"],
      ["kubernetes:core/v1:PersistentVolume", "spec.persistentVolumeReclaimPolicy"],
      ["gcp:container/nodePool:NodePool", "nodeConfig.machineType"],
      ["gcp:container/nodePool:NodePool", "version"],
      ["alicloud:cs/nodePool:NodePool", "instanceTypes[0]"],
      ["aws:eks/cluster:Cluster", "version"],
      ["alicloud:cs/managedKubernetes:ManagedKubernetes", "version"],
      ["azure-native:containerservice:ManagedCluster", "kubernetesVersion"],
      ["aws:eks/cluster:Cluster", "vpcConfig.publicAccessCidrs[0]"],
      ["gcp:container/cluster:Cluster", "masterAuthorizedNetworksConfig.cidrBlocks[1]"],
      ["azure-native:containerservice:ManagedCluster", "apiServerAccessProfile.authorizedIPRanges[0]"],
      ["kubernetes:networking.k8s.io/v1:NetworkPolicy", "spec.ingress[0].from[1]"],
      ["kubernetes:policy/v1:PodDisruptionBudget", "spec.maxUnavailable"],
      ["kubernetes:batch/v1:CronJob", "spec.suspend"],
      ["kubernetes:core/v1:Namespace", 'metadata.labels["pod-security.kubernetes.io/enforce"]'],
      ["kubernetes:core/v1:Service", "spec.loadBalancerSourceRanges[0]"],
      ["ledger:kubernetes:Halt", "cause"],
      ["ledger:fabric:Channel", "restart"],
    ];
    for (const [type, path] of marked) {
      const report = reportOnOne("update", type, [path]);
      assert.deepEqual([report.rows[0]?.verdict, report.isAcceptable], ["careful", true], `${type} ${path}`);
      assert.match(renderText(report), /^ {2}careful {2}update/m);
      // A network that goes back to a backup deletes nothing and loses transactions all the same.
      assert.match(renderText(report), /^Nothing with data or keys is deleted; look at what is marked careful\.$/m);
    }
    assert.equal(reportOnOne("update", "aws:eks/cluster:Cluster", ["tags.team"]).rows[0]?.verdict, "fine");
    assert.equal(reportOnOne("update", "kubernetes:apps/v1:Deployment", ["version"]).rows[0]?.verdict, "fine");
    assert.equal(reportOnOne("update", "kubernetes:core/v1:Service", ["metadata.labels.a"]).rows[0]?.verdict, "fine");
  });

  it("marks the end of what guards a living network", () => {
    for (const type of [
      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      "kubernetes:policy/v1:PodDisruptionBudget",
      "kubernetes:batch/v1:CronJob",
    ]) {
      const report = reportOnOne("delete", type);
      assert.deepEqual([report.rows[0]?.verdict, report.isAcceptable], ["careful", true], type);
      // With its cluster it is created anew.
      assert.equal(reportOnOne("replace", type, ["provider"]).rows[0]?.verdict, "fine", type);
    }
  });

  it("refuses another kind of disks under the name of a class, which machines of living ledgers may not attach", () => {
    const type = "kubernetes:storage.k8s.io/v1:StorageClass";
    assert.deepEqual(reportOnOne("replace", type, ["parameters"]).refused, ["StorageClass/x"]);
    assert.deepEqual(reportOnOne("delete", type).refused, ["StorageClass/x"]);
    // With its cluster it is created anew, and so are the disks.
    assert.deepEqual(reportOnOne("replace", type, ["provider"]).refused, []);
  });

  it("refuses to let go of an address that others know, be it a Service's", () => {
    const state = (type: string) => ({ inputs: { spec: { type } } });
    const type = "kubernetes:core/v1:Service";
    assert.deepEqual(reportOnOne("delete", type, [], state("LoadBalancer")).refused, ["Service/x"]);
    assert.deepEqual(reportOnOne("replace", type, ["spec"], state("LoadBalancer")).refused, ["Service/x"]);
    assert.deepEqual(reportOnOne("delete", type, [], state("ClusterIP")).refused, []);
    for (const address of ["aws:ec2/eip:Eip", "aws:ec2/natGateway:NatGateway", "alicloud:ecs/eipAddress:EipAddress"]) {
      assert.equal(reportOnOne("replace", address).refused.length, 1, address);
    }
  });

  it("names everything that goes with a replaced Kubernetes provider, the provider first", () => {
    const report = reportOn(record("provider-replaced"));
    assert.equal(report.isAcceptable, false);
    assert.deepEqual(losses(report), [
      "refused replace Provider cluster-kubernetes",
      "refused replace Provider fabric-ledger",
      "refused replace Namespace fabric-orderer fabric-org1",
      "refused replace PersistentVolumeClaim fabric-orderer-orderer0-ledger fabric-org1-peer0-ledger fabric-org1-peer1-ledger",
      "refused replace Channel fabric-trade",
      "refused replace StatefulSet fabric-orderer-orderer0 fabric-org1-peer0 fabric-org1-peer1",
    ]);
  });

  it("lets pools of other machines pass on AKS and EKS with a mark: no ledger is on a node, and every pod moves", () => {
    const rows = (name: string) =>
      reportOn(record(name)).rows.map(({ verdict, operation, kind, names }) => [verdict, operation, kind, names]);
    const pools = ["cluster-ledger-0", "cluster-ledger-1", "cluster-ledger-2"];
    assert.deepEqual(rows("aks-machine-type"), [["careful", "replace", "AgentPool", pools]]);
    assert.deepEqual(rows("eks-machine-type"), [["careful", "replace", "NodeGroup", pools]]);
    assert.ok(reportOn(record("aks-machine-type")).isAcceptable && reportOn(record("eks-machine-type")).isAcceptable);
  });

  it("refuses a replaced cluster, the provider that reaches it first", () => {
    const report = reportOn(record("eks-cluster-replaced"));
    assert.deepEqual(losses(report), [
      "refused replace Provider cluster-kubernetes",
      "refused replace Cluster cluster",
      "careful replace NodeGroup cluster-ledger-0 cluster-ledger-1 cluster-ledger-2 cluster-system",
    ]);
    assert.equal(report.isAcceptable, false);
  });

  it("lets a replaced cluster pass where the stack file names it and its provider", () => {
    const recording = record("eks-cluster-replaced");
    const names = ["Provider/cluster-kubernetes", "Cluster/cluster"];
    recording.config["blockchain-clusters:allowReplacement"] = JSON.stringify(names);
    assert.equal(reportOn(recording).isAcceptable, true);
  });

  it("refuses to delete a file system, the ways to it, and the rights of its driver", () => {
    assert.deepEqual(losses(reportOn(record("eks-files-removed"))), [
      "refused delete FileSystem cluster-files",
      "refused delete MountTarget cluster-files-0 cluster-files-1 cluster-files-2",
      "refused delete Role cluster-efs-csi",
      "refused delete RolePolicyAttachment cluster-efs-csi-AmazonEFSCSIDriverPolicy",
      "refused delete Addon cluster-aws-efs-csi-driver",
      "refused delete StorageClass ledger-file-1",
    ]);
  });

  it("refuses to delete keys, and the ledger of a removed peer", () => {
    assert.deepEqual(losses(reportOn(record("peer-removed"))), [
      "refused delete PersistentVolumeClaim fabric-org1-peer1-ledger",
      "refused delete Certificate fabric-org1-peer1 fabric-org1-peer1-tls",
      "refused delete StatefulSet fabric-org1-peer1",
    ]);
  });

  it("refuses to delete a channel that was renamed, and shows its successor among the new", () => {
    const report = reportOn(record("channel-renamed"));
    assert.deepEqual(losses(report), [
      "refused delete Certificate fabric-org1-trade-asset-transfer-1-0-tls",
      "refused delete Channel fabric-trade",
    ]);
    assert.ok(report.created.includes("Channel 2"));
  });

  it("refuses a preview that failed in the program, with the program's own words", () => {
    const report = reportOn(record("program-failed"));
    assert.equal(report.isAcceptable, false);
    assert.match(renderText(report), /network\.fabric\.version: given 9; must be a Fabric release in quotes/);
    assert.match(renderText(report), /The preview failed: nothing is known of what it left out\.\n$/);
  });

  it("refuses a preview that the API server refused, even if the stack file allows the rest", () => {
    const recording = record("refused-by-cluster");
    recording.config["blockchain-clusters:allowReplacement"] = '["StatefulSet/fabric-*"]';
    const report = reportOn(recording);
    assert.equal(report.isAcceptable, false);
    assert.deepEqual(report.refused, []);
    assert.equal(report.errors.length, 1);
    assert.match(report.errors[0] ?? "", /^StatefulSet\/fabric-org1-peer0: .*is invalid: spec: Forbidden/);
  });

  it("refuses a preview that the engine itself calls possibly corrupt", () => {
    const report = reportOn({ ...record("no-change"), maybeCorrupt: true });
    assert.equal(report.isAcceptable, false);
    assert.match(renderText(report), /possibly corrupt: run it again/);
  });

  it("refuses what the policy pack refused", () => {
    const violation = { policy: "image-tags", message: "Deployment/app: no tag" };
    const preview = parsePreview(JSON.stringify(record("no-change")), "recording");
    const report = judge("scratch", preview, [violation]);
    assert.equal(report.isAcceptable, false);
    assert.match(renderText(report), /Policies\n {2}image-tags: Deployment\/app: no tag\n\nRefused by policy\.\n$/);
  });

  it("counts the steps of a replacement once, and leftovers of an interrupted run as deletions", () => {
    const urn = (name: string) => `urn:pulumi:scratch::p::kubernetes:core/v1:PersistentVolumeClaim::${name}`;
    const step = (op: string, name: string) => ({ op, urn: urn(name) });
    const steps = [step("create-replacement", "a"), step("replace", "a"), step("delete-replaced", "a")];
    const report = reportOn({ ...record("no-change"), steps: [...steps, step("delete-replaced", "old")] });
    assert.deepEqual(losses(report), [
      "refused replace PersistentVolumeClaim a",
      "refused delete PersistentVolumeClaim old",
    ]);
  });

  it("shows no value of any property, old or new, nor of the configuration", () => {
    for (const file of readdirSync(recordings)) {
      const recording = record(file.replace(".json", ""));
      recording.config["blockchain-clusters:kubeconfig"] = "MARKED";
      for (const step of recording.steps) {
        for (const state of [step.oldState, step.newState]) {
          if (state) Object.assign(state, { inputs: { data: { key: "MARKED" } }, outputs: { privateKey: "MARKED" } });
        }
      }
      const report = reportOn(recording);
      assert.doesNotMatch(renderText(report) + renderMarkdown(report), /MARKED/, file);
    }
  });

  it("distinguishes other texts from a preview without changes", () => {
    for (const text of ["", "error: no stack", "[]", "{}", "null"]) {
      assert.throws(
        () => parsePreview(text, "x.json"),
        /x\.json does not hold what "pulumi preview --json" prints/,
        text,
      );
    }
  });
});

describe("resources with data or keys", () => {
  const kept = [
    "azure-native:containerservice:ManagedCluster",
    "azure-native:containerservice/v20250901:ManagedCluster",
    "gcp:container/cluster:Cluster",
    "aws:eks/cluster:Cluster",
    "alicloud:cs/managedKubernetes:ManagedKubernetes",
    "azure-native:storage:StorageAccount",
    "azure-native:storage:FileShare",
    "gcp:filestore/instance:Instance",
    "aws:efs/fileSystem:FileSystem",
    "aws:efs/mountTarget:MountTarget",
    "alicloud:nas/fileSystem:FileSystem",
    "alicloud:nas/mountTarget:MountTarget",
    "azure-native:compute/v20240302:Disk",
    "gcp:compute/disk:Disk",
    "gcp:compute/regionDisk:RegionDisk",
    "aws:ebs/volume:Volume",
    "alicloud:ecs/ecsDisk:EcsDisk",
    "azure-native:keyvault:Key",
    "azure-native:compute:DiskEncryptionSet",
    "gcp:kms/cryptoKey:CryptoKey",
    "aws:kms/key:Key",
    "alicloud:kms/key:Key",
    "ledger:pki:CertificateAuthority",
    "ledger:ethereum:Account",
    "ledger:ethereum:Genesis",
    "ledger:ethereum:ValidatorSet",
    "kubernetes:core/v1:Namespace",
    "kubernetes:core/v1:PersistentVolume",
    "aws:ec2/vpc:Vpc",
    "gcp:compute/network:Network",
    "azure-native:network:VirtualNetwork",
    "alicloud:vpc/network:Network",
    "gcp:compute/routerNat:RouterNat",
  ];
  const loss = (type: string, operation: string) =>
    lossOf({ operation, reasons: [], ...readUrn(`urn:pulumi:s::p::parent:x:Y$${type}::name`) });

  for (const type of kept) {
    it(`is kept: ${type}`, () => {
      assert.ok(loss(type, "replace") !== undefined && loss(type, "delete") !== undefined);
      assert.equal(loss(type, "update"), undefined);
    });
  }

  it("is a right to use keys and disks, or a driver, when nothing takes its place", () => {
    for (const type of [
      "aws:kms/grant:Grant",
      "aws:iam/rolePolicy:RolePolicy",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "aws:eks/podIdentityAssociation:PodIdentityAssociation",
      "aws:eks/accessEntry:AccessEntry",
      "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
      "aws:eks/addon:Addon",
      "gcp:projects/iAMMember:IAMMember",
      "gcp:serviceaccount/account:Account",
      "azure-native:managedidentity:UserAssignedIdentity",
      "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
      "azure-native:authorization:RoleAssignment",
    ]) {
      assert.ok(loss(type, "delete") !== undefined, type);
      assert.equal(loss(type, "replace"), undefined, type);
    }
  });

  it("is not a component, a pod's settings, or an alias of a key", () => {
    for (const type of ["blockchain-clusters:fabric:Channel", "kubernetes:core/v1:ConfigMap", "aws:kms/alias:Alias"]) {
      assert.equal(loss(type, "delete"), undefined, type);
    }
  });

  it("is a provider that is replaced, not one that is only forgotten", () => {
    assert.ok(loss("pulumi:providers:kubernetes", "replace") !== undefined);
    assert.equal(loss("pulumi:providers:aws", "delete"), undefined);
  });
});

describe("the report as Markdown", () => {
  it("is a comment that can be found again, with a table", () => {
    const text = renderMarkdown(reportOn(record("stateful-set-replaced")));
    assert.match(text, /^<!-- preview-report: scratch -->\n### ❌ Preview of `scratch`: 3 to replace, 65 unchanged\n/);
    assert.match(text, /^\| REFUSED \| replace \| 3 StatefulSet<br>`fabric-orderer-orderer0`<br>/m);
  });

  it("cannot be broken by a name", () => {
    const name = "a|b`c\n# d";
    const urn = `urn:pulumi:scratch::p::kubernetes:apps/v1:StatefulSet::${name}`;
    const text = renderMarkdown(reportOn({ ...record("no-change"), steps: [{ op: "delete", urn }] }));
    assert.match(text, /^\| REFUSED \| delete \| StatefulSet<br>`a\\\|b'c # d` \| a node of the network \| {2}\|$/m);
    assert.doesNotMatch(text, /^# d/m);
  });

  it("fits into a comment, however much goes, while the terminal has it all", () => {
    const kinds = ["core/v1:PersistentVolumeClaim", "apps/v1:StatefulSet", "core/v1:Namespace", "core/v1:Service"];
    const steps = kinds.flatMap((kind) =>
      Array.from({ length: 1000 }, (_, index) => {
        const name = `trade-organisation-with-a-long-name-${index}`;
        return {
          op: "replace",
          urn: `urn:pulumi:scratch::p::kubernetes:${kind}::${name}`,
          replaceReasons: ["provider"],
        };
      }),
    );
    const diagnostics = Array.from({ length: 500 }, () => ({ severity: "error", message: "x".repeat(1000) }));
    const report = reportOn({ ...record("no-change"), steps, diagnostics });
    const text = renderMarkdown(report);
    assert.ok(text.length < 65_536, `${text.length} characters`);
    assert.match(text, /# and 2900 more, which make preview-report prints/);
    assert.match(renderText(report), /"StatefulSet\/trade-organisation-with-a-long-name-999"/);
  });

  it("cannot be broken by what a program says", () => {
    const recording = {
      ...record("no-change"),
      diagnostics: [{ severity: "error", message: "x\n```\n# not a title" }],
    };
    assert.match(renderMarkdown(reportOn(recording)), /^````text\nx\n```\n# not a title\n````$/m);
  });
});

describe("further contents of the engine's events", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "preview-report-"))));
  after(() => rmSync(folder, { recursive: true }));

  it("is which resources would no longer be protected, though nothing else of them changes", () => {
    const event = (name: string, old: object | null, next: object | null) => ({
      resourcePreEvent: {
        metadata: { op: "same", urn: `urn:pulumi:s::p::aws:eks/cluster:Cluster::${name}`, old, new: next },
      },
    });
    const events = [
      { sequence: 1 },
      event("lifted", { protect: true }, {}),
      event("lifted", { protect: true }, {}),
      event("kept", { protect: true }, { protect: true }),
      event("never", {}, {}),
      event("deleted", { protect: true }, null),
      event("made", null, { protect: true }),
    ];
    const file = join(folder, "protect.jsonl");
    writeFileSync(file, events.map((each) => JSON.stringify(each)).join("\n"));
    const changes = readUnprotected(file);
    const report = judge("scratch", { ...parsePreview(JSON.stringify(record("no-change")), "x"), changes });
    assert.deepEqual(losses(report), ["careful unprotect Cluster lifted"]);
    assert.equal(report.isAcceptable, true);
    assert.deepEqual(readUnprotected(join(folder, "absent")), []);
  });

  it("is what a policy refused, without the policy's description", () => {
    const event = (enforcementLevel: string) => ({
      policyEvent: {
        resourceUrn: "urn:pulumi:s::p::kubernetes:apps/v1:Deployment::app",
        message: "what the policy is for\nDeployment/app: image has no tag\n",
        policyName: "image-tags",
        enforcementLevel,
      },
    });
    const file = join(folder, "events.jsonl");
    writeFileSync(
      file,
      [{ sequence: 1 }, event("mandatory"), event("advisory")].map((e) => JSON.stringify(e)).join("\n"),
    );
    assert.deepEqual(readViolations(file), [{ policy: "image-tags", message: "Deployment/app: image has no tag" }]);
    assert.deepEqual(readViolations(join(folder, "absent")), []);
  });
});

describe("make preview-report", function () {
  this.timeout(60_000);

  function run(...args: string[]) {
    const main = join(projectRoot, "tools", "preview-report", "main.ts");
    return spawnSync(process.execPath, ["-r", "./tools/runtime/typescript-cache.cjs", main, ...args], {
      cwd: projectRoot,
      encoding: "utf8",
    });
  }

  it("ends with 0 or 1 as the report says, on a recorded preview", () => {
    const replaced = run("scratch", "--file", join(recordings, "stateful-set-replaced.json"));
    assert.equal(replaced.status, 1, replaced.stderr);
    assert.match(replaced.stdout, /^Refused: data or keys would be lost\.$/m);
    const allowed = run("scratch", "--file", join(recordings, "stateful-set-allowed.json"));
    assert.equal(allowed.status, 0, allowed.stderr);
  });

  it("says what is wrong with its arguments", () => {
    const absent = run("scratch", "--file", "absent.json");
    assert.equal(absent.status, 1);
    assert.match(absent.stderr, /^error: --file: given absent\.json, which cannot be read/);
    assert.match(run().stderr, /one stack is needed, given 0\. Usage:/);
  });
});
