/** Backups that a stack file asks for. test/soak/snapshots.test.ts shows that they are taken. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import type { Plan } from "../../components/workload/backup-program/backup";
import type { RuleGroups } from "../../ledger/monitoring";
import { readStack, runProgram, type ProgramRun } from "../support/program/run";

type Values = Record<string, unknown>;

describe("backups of a Fabric network", function () {
  this.timeout(60_000);

  function withBackup(change: Values, cluster: Values = {}, organization: Values = {}): Values {
    const config = structuredClone(readStack("local-backup"));
    const { fabric } = config.network as { fabric: Values & { backup: Values; peerOrganizations: Values[] } };
    Object.assign(fabric.backup, change);
    Object.assign(fabric.peerOrganizations[0]!, organization);
    Object.assign(config.cluster as Values, cluster);
    return config;
  }

  function find<T>({ resources }: ProgramRun, type: RegExp, name: RegExp): T[] {
    return resources.filter((one) => type.test(one.type) && name.test(one.name)).map(({ inputs }) => inputs as T);
  }

  /** Names of all resources but those of the pod with metrics of backups, which holds no blocks. */
  const notOfBackups = /^(?!.*-backup-job-)/;

  function planOf(run: ProgramRun): Plan {
    const [{ data }] = find<{ data: Record<string, string> }>(run, /:ConfigMap$/, /backup-job-program$/) as [never];
    return JSON.parse((data as Record<string, string>)["plan.json"]!) as Plan;
  }

  it("copy state databases, then ledgers of peers, then orderers, each in its namespace", async () => {
    const run = await runProgram("local-backup", withBackup({}, {}, { stateDatabase: "couchdb" }));
    const steps = planOf(run).steps.map((step) => step.map(({ namespace, claim }) => `${namespace}/${claim}`));
    assert.deepEqual(steps, [
      ["fabric-org1/peer0-couchdb", "fabric-org1/peer1-couchdb"],
      ["fabric-org1/peer0-ledger", "fabric-org1/peer1-ledger", "fabric-org2/peer0-ledger"],
      ["fabric-orderer/orderer0-ledger", "fabric-orderer/orderer1-ledger", "fabric-orderer/orderer2-ledger"],
    ]);
    const claims = find<{ metadata: { name: string; namespace: string } }>(run, /:PersistentVolumeClaim$/, /./);
    const real = claims.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort();
    assert.deepEqual(steps.flat().sort(), real);
  });

  it("leave the state databases out where the stack file says so", async () => {
    const run = await runProgram(
      "local-backup",
      withBackup({ stateDatabases: false }, {}, { stateDatabase: "couchdb" }),
    );
    assert.equal(planOf(run).steps.length, 2);
  });

  it("come back as volumes beside the own ones: of one peer, or of all; state and ledger of one moment", async () => {
    const [moment, couchdb] = ["20260102t030405z", { stateDatabase: "couchdb" }];
    const claimsWith = async (restore: Values[]) => {
      const run = await runProgram("local-backup", withBackup({}, {}, { ...couchdb, restore }));
      type Claim = { metadata: { name: string; namespace: string }; spec: { dataSource?: { name: string } } };
      const claims = find<Claim>(run, /:PersistentVolumeClaim$/, /org1/);
      type Pods = { spec: { template: { spec: { volumes: { persistentVolumeClaim?: { claimName: string } }[] } } } };
      const used = find<Pods>(run, /:StatefulSet$/, /org1/).flatMap(({ spec }) =>
        spec.template.spec.volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []),
      );
      const made = claims.flatMap(({ metadata, spec }) =>
        spec.dataSource ? [[metadata.name, spec.dataSource.name]] : [],
      );
      return { all: claims.length, made, used: used.sort(), plan: planOf(run) };
    };
    const one = await claimsWith([{ moment, peers: [1] }]);
    assert.equal(one.all, 6);
    const names = [`peer1-couchdb-${moment}`, `peer1-ledger-${moment}`];
    assert.deepEqual(
      one.made,
      names.map((name) => [name, name]),
    );
    assert.deepEqual(one.used, ["peer0-couchdb", "peer0-ledger", ...names]);
    // The next backup copies what is in use, under the names that snapshots always have.
    assert.deepEqual(
      one.plan.steps[0]?.map(({ volume, claim }) => [volume, claim]),
      [
        ["peer0-couchdb", "peer0-couchdb"],
        ["peer1-couchdb", `peer1-couchdb-${moment}`],
      ],
    );
    const all = await claimsWith([{ moment, stateDatabase: "empty" }]);
    assert.equal(all.all, 8);
    assert.deepEqual(
      all.made,
      [0, 1].map((peer) => [`peer${peer}-ledger-${moment}`, `peer${peer}-ledger-${moment}`]),
    );
    assert.equal(all.used.filter((claim) => claim.endsWith(moment)).length, 4);
  });

  it("are looked for before volumes are made of them, as far as each peer needs them", async () => {
    const moment = "20260102t030405z";
    const restore = [
      { moment: "20260101t000000z", peers: [0], stateDatabase: "empty" },
      { moment, peers: [1] },
    ];
    const run = await runProgram("local-backup", withBackup({}, {}, { stateDatabase: "couchdb", restore }));
    const points = find<Values>(run, /:RestorePoint$/, /./);
    const path = (entry: number) => `network.fabric.peerOrganizations[0].restore[${entry}].moment`;
    const volume = (name: string, at: string) => ({ volume: name, claim: `${name}-${at}` });
    const [first, second] = [restore[0]!.moment, moment].map((at, peer) => ({
      name: `org1/peer${peer}`,
      path: path(peer),
      namespace: "fabric-org1",
      moment: at,
    }));
    assert.deepEqual(points, [
      { ...first, volumes: [volume("peer0-ledger", restore[0]!.moment)] },
      { ...second, volumes: [volume("peer1-ledger", moment), volume("peer1-couchdb", moment)] },
    ]);
    const made = run.resources.filter(({ type, name }) => /:PersistentVolumeClaim$/.test(type) && /z$/.test(name));
    assert.deepEqual(
      made.map(({ dependsOn }) => dependsOn.filter((each) => each.includes("RestorePoint"))),
      [0, 0, 1, 1].map((peer) => [`kubernetes:RestorePoint fabric-org1-peer${peer}-restore-${restore[peer]!.moment}`]),
    );
  });

  it("bring back a whole network: every node stops before one changes, and all orderers get the volume of one", async () => {
    const moment = "20260102t030405z";
    const config = withBackup({}, {}, { stateDatabase: "couchdb" });
    const { fabric } = config.network as { fabric: Values };
    const before = await runProgram("local-backup", config);
    type Halted = { cause?: string; nodes: { namespace: string; statefulSet: string }[] };
    const sets = find<{ metadata: { name: string; namespace: string } }>(before, /:StatefulSet$/, notOfBackups);
    const nodes = sets.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort();
    const [rest] = find<Halted>(before, /:Halt$/, /./);
    assert.equal(rest?.cause, undefined);
    assert.deepEqual(rest?.nodes.map(({ namespace, statefulSet }) => `${namespace}/${statefulSet}`).sort(), nodes);

    fabric.restore = { moment, orderer: 2, without: ["orderer/orderer1", "org2/peer0"] };
    const run = await runProgram("local-backup", config);
    const [halt] = find<Halted>(run, /:Halt$/, /./);
    const suffix = `${moment}-of-orderer2`;
    assert.equal(halt?.cause, suffix);
    const named = (type: string) => run.resources.filter((each) => each.type.endsWith(`:${type}`));
    assert.deepEqual(named("Halt")[0]?.dependsOn, [
      `kubernetes:RestorePoint fabric-orderer-restore-${suffix}`,
      `kubernetes:RestorePoint fabric-org1-restore-${suffix}`,
    ]);
    type Claim = { metadata: { name: string }; spec: { dataSource?: { name: string } } };
    const claims = find<Claim>(run, /:PersistentVolumeClaim$/, /-of-orderer2$/);
    // Nodes that the backup has not begin anew: on their own volumes they would bring back what the others gave up.
    assert.deepEqual(
      claims.map(({ metadata, spec }) => [metadata.name, spec.dataSource?.name]).sort(),
      [
        [`peer0-ledger-${suffix}`, undefined],
        [`orderer0-ledger-${suffix}`, `orderer2-ledger-${moment}`],
        [`orderer1-ledger-${suffix}`, undefined],
        [`orderer2-ledger-${suffix}`, `orderer2-ledger-${moment}`],
        ...["peer0-couchdb", "peer0-ledger", "peer1-couchdb", "peer1-ledger"].map((volume) => [
          `${volume}-${suffix}`,
          `${volume}-${moment}`,
        ]),
      ].sort(),
    );
    const points = find<{ volumes: { volume: string; claim: string }[] }>(run, /:RestorePoint$/, /./);
    const wished = points.flatMap(({ volumes }) => volumes.map(({ volume, claim }) => [claim, `${volume}-${moment}`]));
    const made = claims.filter(({ spec }) => spec.dataSource !== undefined);
    assert.deepEqual(wished.sort(), made.map(({ metadata, spec }) => [metadata.name, spec.dataSource?.name]).sort());
    for (const { name, dependsOn } of named("StatefulSet").filter((set) => notOfBackups.test(set.name))) {
      assert.ok(dependsOn.includes("kubernetes:Halt fabric-halt"), `${name}: ${dependsOn.join(", ")}`);
    }
    const rollouts = find<{ follows?: unknown[]; peers?: unknown[] }>(run, /fabric:Rollout$/, /./);
    const numbers = rollouts.map(
      ({ peers = [], follows = [] }) => `${peers.length} peers of ${follows.length} orderers`,
    );
    assert.deepEqual(numbers.sort(), ["0 peers of 0 orderers", "1 peers of 3 orderers", "2 peers of 3 orderers"]);
  });

  it("have rights for snapshots alone, in the namespaces of the network alone", async () => {
    const run = await runProgram("local-backup", withBackup({}));
    type Role = { metadata: { namespace: string }; rules: unknown[] };
    const roles = find<Role>(run, /:Role$/, /-backup-job-(?!metrics)/);
    assert.deepEqual(roles.map(({ metadata }) => metadata.namespace).sort(), [
      "fabric-orderer",
      "fabric-org1",
      "fabric-org2",
    ]);
    for (const { rules } of roles) {
      assert.deepEqual(rules, [
        {
          apiGroups: ["snapshot.storage.k8s.io"],
          resources: ["volumesnapshots"],
          verbs: ["create", "list", "delete"],
        },
      ]);
    }
    type Binding = { subjects: { name: string; namespace: string }[] };
    for (const { subjects } of find<Binding>(run, /:RoleBinding$/, /-backup-job-(?!metrics)/)) {
      assert.deepEqual(subjects, [{ kind: "ServiceAccount", name: "backup", namespace: "fabric-backup" }]);
    }
    assert.deepEqual(find(run, /:ClusterRole(Binding)?$/, /./), []);
  });

  it("have metrics from an account that may look at snapshots and at their CronJob, and change nothing", async () => {
    const run = await runProgram("local-backup", withBackup({}));
    type Role = { metadata: { namespace: string }; rules: object[] };
    const roles = find<Role>(run, /:Role$/, /-job-metrics/).map(({ metadata: { namespace }, rules }) => [
      namespace,
      rules,
    ]);
    const list = [{ apiGroups: ["snapshot.storage.k8s.io"], resources: ["volumesnapshots"], verbs: ["list"] }];
    const get = [{ apiGroups: ["batch"], resources: ["cronjobs"], resourceNames: ["backup"], verbs: ["get"] }];
    assert.deepEqual(Object.fromEntries(roles), {
      "fabric-backup": get,
      "fabric-orderer": list,
      "fabric-org1": list,
      "fabric-org2": list,
    });
    type Binding = { subjects: object[] };
    for (const { subjects } of find<Binding>(run, /:RoleBinding$/, /-job-metrics/)) {
      assert.deepEqual(subjects, [{ kind: "ServiceAccount", name: "backup-metrics", namespace: "fabric-backup" }]);
    }
    const [pod] = find<{ spec: { template: { spec: { serviceAccountName: string } } } }>(
      run,
      /:StatefulSet$/,
      /-metrics$/,
    );
    assert.equal(pod?.spec.template.spec.serviceAccountName, "backup-metrics");
  });

  it("are watched: a scrape job, a pod that is missed, and two alerts; or nothing of it without `monitoring`", async () => {
    type Outputs = { monitoring?: { scrapeConfigs: string; rules: string } };
    const watched = await runProgram(
      "local-backup",
      withBackup({ schedule: "0 */6 * * *", timeZone: "Europe/Vienna" }),
    );
    const { monitoring } = watched.outputs as Outputs;
    const jobs = parse(monitoring?.scrapeConfigs ?? "") as { job_name: string; metrics_path: string }[];
    assert.equal(jobs.find(({ job_name: job }) => job === "fabric-backup")?.metrics_path, "/metrics");
    const rules = (parse(monitoring?.rules ?? "") as RuleGroups).groups.flatMap((group) => group.rules);
    const expected = rules.flatMap(({ labels }) => (labels?.namespace === "fabric-backup" ? [labels.pod] : []));
    assert.deepEqual(expected, ["backup-metrics-0"]);
    const { expr = "" } = rules.find(({ alert }) => alert === "LedgerBackupFailed") ?? {};
    assert.match(expr, /^ledger_backup_failed\{namespace=~"[^"]*fabric-backup"\} == 1$/);
    assert.ok(rules.some(({ alert }) => alert === "LedgerBackupTooOld"));
    const [program] = find<{ data: Record<string, string> }>(watched, /:ConfigMap$/, /backup-job-metrics-program$/);
    assert.deepEqual(JSON.parse(program?.data["watched.json"] ?? ""), {
      namespaces: ["fabric-org1", "fabric-org2", "fabric-orderer"],
      cronJob: { namespace: "fabric-backup", name: "backup" },
      // Six hours, and one for the days on which clocks change.
      periodSeconds: 7 * 3600,
    });
    const config = withBackup({});
    delete (config.network as { fabric: Values }).fabric.monitoring;
    const unwatched = await runProgram("local-backup", config);
    assert.equal((unwatched.outputs as Outputs).monitoring, undefined);
    assert.deepEqual(find(unwatched, /./, /backup-job-metrics/), []);
  });

  it("come from pods that reach the API server and nothing else, not even names; metrics are Prometheus' alone", async () => {
    const run = await runProgram("local-backup", withBackup({}));
    const egress = [443, 6443].map((port) => ({
      to: [{ ipBlock: { cidr: "10.240.0.10/32" } }],
      ports: [{ port, protocol: "TCP" }],
    }));
    type Policy = { metadata: { namespace: string }; spec: { ingress?: unknown[]; egress?: unknown[] } };
    const policies = find<Policy>(run, /:NetworkPolicy$/, /./).filter(
      ({ metadata }) => metadata.namespace === "fabric-backup",
    );
    assert.deepEqual(
      policies.map(({ spec: { ingress, egress } }) => ({ ingress, egress })),
      [
        { ingress: undefined, egress: undefined },
        { ingress: [], egress },
        {
          ingress: [
            {
              from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }],
              ports: [{ port: 9100, protocol: "TCP" }],
            },
          ],
          egress,
        },
      ],
    );
  });

  it("have a class whose snapshots end with their age, or the class that the stack file names", async () => {
    const own = await runProgram("local-backup", withBackup({}));
    const [made] = find<Values>(own, /:VolumeSnapshotClass$/, /ledger-backup-1/);
    assert.equal(made?.deletionPolicy, "Delete");
    assert.equal(planOf(own).snapshotClass, "ledger-backup-1");
    const named = await runProgram("local-backup", withBackup({ snapshotClass: "nightly" }));
    assert.equal(planOf(named).snapshotClass, "nightly");
    assert.deepEqual(find(named, /:VolumeSnapshotClass$/, /ledger-backup/), []);
  });

  it("are refused where the cluster takes no snapshots, with the settings that help", async () => {
    await assert.rejects(
      runProgram("local-backup", withBackup({}, { snapshots: false })),
      /no class for snapshots.*network\.fabric\.backup\.snapshotClass.*cluster\.snapshots: true/,
    );
  });
});
