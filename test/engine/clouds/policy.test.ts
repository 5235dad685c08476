/**
 * The policy pack's rules for clusters of clouds, under the real engine with stand-in clouds. The program itself cannot
 * break the first of them, since its stack files refuse that already.
 */
import assert from "node:assert/strict";
import { paths } from "../../../tools/paths";
import { StandInCloud, standInPlugins } from "../../support/clouds";
import { PulumiProgram } from "../../support/pulumi-program";

const source = `
import * as pulumi from "@pulumi/pulumi";
const { cloud, settings, type, properties, protect } = require("./input.json");
const provider = new class extends pulumi.ProviderResource {}(cloud, "cloud", settings);
new pulumi.CustomResource(type, "cluster", properties, { provider, protect });
`;

type Values = Record<string, unknown>;

interface Case {
  cloud: string;
  settings: Values;
  type: string;
  /** Properties that break no rule. */
  properties: Values;
  /** Properties that open the API to everybody. */
  open: Values;
  found: RegExp;
  /** Properties without protection. Default: only Pulumi's own option protects. */
  unprotected?: Values;
}

const cases: Record<string, Case> = {
  EKS: {
    cloud: "aws",
    settings: { region: "eu-central-1" },
    type: "aws:eks/cluster:Cluster",
    properties: {
      roleArn: "arn:aws:iam::123456789012:role/cluster",
      vpcConfig: { subnetIds: ["subnet-1", "subnet-2"], publicAccessCidrs: ["203.0.113.0/24"] },
      encryptionConfig: { provider: { keyArn: "arn:aws:kms:eu-central-1:123456789012:key/1" }, resources: ["secrets"] },
      deletionProtection: true,
    },
    open: { vpcConfig: { subnetIds: ["subnet-1", "subnet-2"], publicAccessCidrs: ["0.0.0.0/0"] } },
    found: /vpcConfig\.publicAccessCidrs\[0\]: given "0\.0\.0\.0\/0"; must be a network that you know/,
    unprotected: { deletionProtection: false },
  },
  GKE: {
    cloud: "gcp",
    settings: { project: "trade-123456" },
    type: "gcp:container/cluster:Cluster",
    properties: {
      location: "europe-west3",
      initialNodeCount: 1,
      masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: "203.0.113.0/24" }] },
      deletionProtection: true,
    },
    open: { masterAuthorizedNetworksConfig: {} },
    found: /masterAuthorizedNetworksConfig\.cidrBlocks: missing; must list networks/,
    unprotected: { deletionProtection: false },
  },
  AKS: {
    cloud: "azure-native",
    settings: { subscriptionId: "00000000-0000-0000-0000-000000000000" },
    type: "azure-native:containerservice:ManagedCluster",
    properties: {
      resourceGroupName: "trade",
      apiServerAccessProfile: { authorizedIPRanges: ["203.0.113.0/24"] },
      diskEncryptionSetID: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/diskEncryptionSets/d",
    },
    open: { apiServerAccessProfile: {} },
    found: /apiServerAccessProfile\.authorizedIPRanges: missing; must list networks/,
  },
  ACK: {
    cloud: "alicloud",
    settings: { region: "eu-central-1" },
    type: "alicloud:cs/managedKubernetes:ManagedKubernetes",
    properties: { slbInternetEnabled: false, deletionProtection: true },
    open: { slbInternetEnabled: true },
    found: /slbInternetEnabled: given true; must be false/,
    unprotected: { deletionProtection: false },
  },
};

describe("the policy pack on clusters of clouds", function () {
  this.timeout(120_000);

  let standIn: StandInCloud;
  /** Programs by name of their stack, since some rules are for production only. */
  const programs: Record<string, PulumiProgram> = {};

  before(async () => {
    standIn = await StandInCloud.open([]);
    const { environment } = standIn;
    for (const stack of ["trade-prod", "trade-dev"]) {
      programs[stack] = await PulumiProgram.create(source, { stack, plugins: standInPlugins, environment });
    }
  });

  after(async () => {
    for (const program of Object.values(programs)) await program.remove();
    standIn.remove();
  });

  async function preview(stack: string, { cloud, settings, type }: Case, properties: Values, protect = true) {
    const program = programs[stack];
    assert.ok(program);
    program.setInput({ cloud, settings, type, properties, protect });
    return program.start("preview", "--policy-pack", paths.policyPack).outcome;
  }

  function refuses({ exit, text }: { exit: number | undefined; text: string }, rule: string, found: RegExp): void {
    assert.notEqual(exit, 0, text);
    assert.match(text, new RegExp(`\\[mandatory\\] +${rule} `));
    assert.match(text, found);
    assert.equal([...text.matchAll(/\[mandatory\]/g)].length, 1, text);
  }

  for (const [vendor, given] of Object.entries(cases)) {
    it(`lets a closed and protected cluster of ${vendor} pass`, async () => {
      const { exit, text } = await preview("trade-prod", given, given.properties);
      assert.equal(exit, 0, text);
      assert.match(text, /✅ blockchain-clusters@v/);
    });

    it(`refuses an API of ${vendor} that answers everybody, in development, too`, async () => {
      const found = await preview("trade-dev", given, { ...given.properties, ...given.open });
      refuses(found, "api-endpoint", given.found);
    });

    it(`refuses a cluster of ${vendor} without protection in production, and only there`, async () => {
      const properties = { ...given.properties, ...given.unprotected };
      const isPulumis = given.unprotected === undefined;
      refuses(
        await preview("trade-prod", given, properties, !isPulumis),
        "deletion-protection",
        isPulumis ? /protect: given false; must be true/ : /deletionProtection: given false; must be true/,
      );
      assert.equal((await preview("trade-dev", given, properties, !isPulumis)).exit, 0);
    });
  }
});
