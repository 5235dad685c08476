/** Backups of an Ethereum network. test/soak/ethereum-backup.test.ts shows that they are taken and that validators go on from them. */
import assert from "node:assert/strict";
import type { Plan } from "../../components/workload/backup-program/backup";
import { readStack, runProgram, type ProgramRun } from "../support/program/run";

type Values = Record<string, unknown>;
type Claim = { metadata: { name: string; namespace: string }; spec: { dataSource?: { name: string } } };

describe("backups of an Ethereum network", function () {
  this.timeout(60_000);

  const moment = "20260102t030405z";
  const validators = [0, 1, 2, 3, 4, 5].map((index) => `validator${index}`);

  function run(change: Values, ethereumChange: Values = {}): Promise<ProgramRun> {
    const config = structuredClone(readStack("existing-ethereum"));
    const { ethereum } = config.network as { ethereum: Values & { backup: Values } };
    Object.assign(ethereum.backup, change);
    Object.assign(ethereum, ethereumChange);
    return runProgram("existing-ethereum", config);
  }

  function find<T>({ resources }: ProgramRun, type: RegExp, name: RegExp): T[] {
    return resources.filter((one) => type.test(one.type) && name.test(one.name)).map(({ inputs }) => inputs as T);
  }

  function planOf(program: ProgramRun): Plan {
    const [found] = find<{ data: Record<string, string> }>(program, /:ConfigMap$/, /backup-job-program$/);
    return JSON.parse(found?.data["plan.json"] ?? "") as Plan;
  }

  it("copy the volume of each validator, under the name that its snapshots keep", async () => {
    const program = await run({});
    const { steps, snapshotClass } = planOf(program);
    assert.equal(snapshotClass, "ebs-snapshots");
    assert.deepEqual(steps, [
      validators.map((node) => ({ namespace: "ledger", volume: `${node}-chain`, claim: `${node}-chain` })),
    ]);
    const claims = find<Claim>(program, /:PersistentVolumeClaim$/, /./).map(({ metadata }) => metadata.name);
    assert.deepEqual(
      steps.flat().map(({ claim }) => claim),
      claims,
    );
  });

  it("copy the first RPC node of each group before, where the stack file asks for it, so that none is ahead", async () => {
    const program = await run({ rpcNodes: true });
    const [rpc, ...others] = planOf(program).steps;
    assert.equal(others.length, 1);
    assert.deepEqual(rpc, [
      { namespace: "ledger", volume: "rpc-chain", claim: "chain-rpc-0" },
      { namespace: "ledger", volume: "rpc-explorer-chain", claim: "chain-rpc-explorer-0" },
    ]);
    type Set = { metadata: { name: string }; spec: { volumeClaimTemplates?: { metadata: { name: string } }[] } };
    const real = find<Set>(program, /:StatefulSet$/, /-rpc/).flatMap(({ metadata, spec }) =>
      (spec.volumeClaimTemplates ?? []).map((template) => `${template.metadata.name}-${metadata.name}-0`),
    );
    assert.deepEqual(
      rpc?.map(({ claim }) => claim),
      real,
    );
  });

  it("have rights for snapshots in the namespace of the network, and a namespace with nothing else in it", async () => {
    type Role = { metadata: { namespace: string }; rules: { resources: string[]; verbs: string[] }[] };
    const program = await run({});
    const rolesOf = (name: RegExp) =>
      find<Role>(program, /:Role$/, name).map(({ metadata, rules }) => [metadata.namespace, rules]);
    const snapshots = (...verbs: string[]) => [
      { apiGroups: ["snapshot.storage.k8s.io"], resources: ["volumesnapshots"], verbs },
    ];
    assert.deepEqual(rolesOf(/-job-(?!metrics)/), [["ledger", snapshots("create", "list", "delete")]]);
    assert.deepEqual(rolesOf(/-job-metrics/), [
      ["ledger", snapshots("list")],
      ["ledger-backup", [{ apiGroups: ["batch"], resources: ["cronjobs"], resourceNames: ["backup"], verbs: ["get"] }]],
    ]);
  });

  it("come back as volumes of validators beside their own, one of a backup that has a snapshot for each", async () => {
    const program = await run({}, { restore: [{ moment, validators: ["validator1"] }] });
    const claims = find<Claim>(program, /:PersistentVolumeClaim$/, /./);
    assert.equal(claims.length, validators.length + 1);
    const made = claims.filter(({ spec }) => spec.dataSource !== undefined);
    assert.deepEqual(
      made.map(({ metadata, spec }) => [metadata.name, spec.dataSource?.name]),
      [[`validator1-chain-${moment}`, `validator1-chain-${moment}`]],
    );
    const points = find<Values>(program, /:RestorePoint$/, /./);
    assert.deepEqual(points, [
      {
        name: "ledger/validator1",
        path: "network.ethereum.restore[0].moment",
        namespace: "ledger",
        moment,
        volumes: [{ volume: "validator1-chain", claim: `validator1-chain-${moment}` }],
      },
    ]);
    const restored = program.resources.find(({ name }) => name === `ledger-validator1-chain-${moment}`);
    assert.ok(restored?.dependsOn.includes(`kubernetes:RestorePoint ledger-validator1-restore-${moment}`));
    assert.equal(restored?.retainOnDelete, true);
    type Pods = { spec: { template: { spec: { volumes: { persistentVolumeClaim?: { claimName: string } }[] } } } };
    const used = find<Pods>(program, /:StatefulSet$/, /-validator\d$/).flatMap(({ spec }) =>
      spec.template.spec.volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []),
    );
    assert.deepEqual(
      used,
      validators.map((node) => (node === "validator1" ? `${node}-chain-${moment}` : `${node}-chain`)),
    );
    // The next backup copies what is in use, under the same name.
    const [step] = planOf(program).steps;
    assert.deepEqual(step?.[1], {
      namespace: "ledger",
      volume: "validator1-chain",
      claim: `validator1-chain-${moment}`,
    });
  });

  it("bring back no further validator where too few others remember what it signed, those of partners among them", async () => {
    const refusals = async (change: Values): Promise<unknown[]> => {
      const points = find<Values>(await run({}, { restore: [{ moment }], ...change }), /:RestorePoint$/, /./);
      assert.ok(points.length > 0);
      return [...new Set(points.map(({ refusal }) => refusal))];
    };
    const few = (count: number, fewest: number) => [
      `the chain has ${count} validators, and with fewer than ${fewest} one that forgot what it signed could seal other ` +
        "blocks in place of those that exist",
    ];
    const own = (count: number) => validators.slice(0, count).map((name) => ({ name }));
    const addresses = ["0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF", "0xFE3B557E8Fb62b89F4916B721be55cEb828dBd73"];
    const bell = (count: number) => [{ name: "bell", validators: addresses.slice(0, count) }];
    assert.deepEqual(await refusals({}), [undefined]);
    assert.deepEqual(await refusals({ validators: own(4) }), [undefined]);
    assert.deepEqual(await refusals({ validators: own(3) }), few(3, 4));
    assert.deepEqual(await refusals({ validators: own(2), partners: bell(1) }), few(3, 4));
    assert.deepEqual(await refusals({ validators: own(2), partners: bell(2) }), [undefined]);
    const [first, ...others] = own(2);
    assert.deepEqual(
      await refusals({ validators: [{ ...first, leave: true }, ...others], partners: bell(2) }),
      few(3, 4),
    );
    const genesis = { chainId: 770_077, consensus: "clique" };
    const clique = { client: "geth", version: "1.13.15", genesis, rpcGroups: [] };
    assert.deepEqual(await refusals({ validators: own(3), ...clique }), [undefined]);
    assert.deepEqual(await refusals({ validators: own(2), ...clique }), few(2, 3));
  });

  it("bring back all validators where the entry names none, by the rollout of any other change", async () => {
    const program = await run({}, { restore: [{ moment }] });
    assert.equal(find<Claim>(program, /:PersistentVolumeClaim$/, /z$/).length, validators.length);
    type Rollout = { nodes: { name: string }[] };
    const [rollout] = find<Rollout>(program, /ethereum:Rollout$/, /./);
    assert.deepEqual(
      rollout?.nodes.map(({ name }) => name),
      validators,
    );
  });
});
