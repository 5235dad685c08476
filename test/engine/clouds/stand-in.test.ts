/**
 * Stand-in clouds refuse, replace and know as clouds do. Without this the tests with them would only show that a
 * program satisfies a cloud that accepts everything.
 */
import assert from "node:assert/strict";
import { ApiServer } from "../../support/api-server";
import { StandInCloud, standInPlugins } from "../../support/clouds";
import { apply, readAccess } from "../../support/clouds/kubernetes";
import { PulumiProgram } from "../../support/pulumi-program";

const source = `
import * as pulumi from "@pulumi/pulumi";
import * as ec2 from "@pulumi/aws/ec2";
import * as eks from "@pulumi/aws/eks";
import * as iam from "@pulumi/aws/iam";
import { Provider } from "@pulumi/aws";
const input = require("./input.json");
const provider = new Provider("aws", { region: "eu-central-1" });
const options = { provider };
const trust = (Service: string) => JSON.stringify({ Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service } }] });
const vpc = new ec2.Vpc("vpc", { cidrBlock: input.cidr ?? "10.0.0.0/16" }, options);
const subnets = ["a", "b"].map((zone, index) => new ec2.Subnet(zone, {
  vpcId: vpc.id, cidrBlock: "10.0." + index + ".0/24", availabilityZone: "eu-central-1" + zone,
}, options));
const role = new iam.Role("cluster", { assumeRolePolicy: trust("eks.amazonaws.com") }, options);
const attachment = input.forgetful ? role : new iam.RolePolicyAttachment("cluster", { role: role.name, policyArn: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" }, options);
const cluster = new eks.Cluster("main", {
  roleArn: role.arn, version: input.version ?? "1.33", deletionProtection: input.protected ?? false,
  vpcConfig: { subnetIds: subnets.map(({ id }) => id) },
  accessConfig: { authenticationMode: "API" },
}, { ...options, dependsOn: [attachment] });
if (input.extra) new pulumi.CustomResource(input.extra, "extra", input.extraArgs ?? {}, options);
export const endpoint = cluster.endpoint;
export const group = cluster.vpcConfig.clusterSecurityGroupId;
export const name = cluster.name;
`;

describe("a stand-in cloud under the engine", function () {
  this.timeout(120_000);

  /** API servers, one for each cluster of the tests. */
  let servers: ApiServer[];
  let standIn: StandInCloud;
  let program: PulumiProgram;

  before(async () => {
    servers = await Promise.all([ApiServer.start(), ApiServer.start(), ApiServer.start()]);
    standIn = await StandInCloud.open(servers.map(({ kubeconfigFile }) => kubeconfigFile));
    const { environment } = standIn;
    program = await PulumiProgram.create(source, { plugins: standInPlugins, environment });
  });

  after(async () => {
    await program.remove();
    standIn.remove();
    await Promise.all(servers.map((server) => server.stop()));
  });

  async function fail(...args: string[]): Promise<string> {
    const { exit, text } = await program.start(...args).outcome;
    assert.notEqual(exit, 0, `pulumi ${args.join(" ")} should have failed:\n${text}`);
    return text;
  }

  it("refuses a type that it does not know, and inputs that the cloud requires", async () => {
    program.setInput({ extra: "aws:eks/fargateProfile:FargateProfile" });
    assert.match(await fail("preview"), /unrecognized resource type: aws:eks\/fargateProfile:FargateProfile/);
    program.setInput({ extra: "aws:eks/nodeGroup:NodeGroup", extraArgs: { clusterName: "main" } });
    const text = await fail("preview");
    for (const name of ["node_role_arn", "scaling_config", "subnet_ids"]) {
      assert.match(text, new RegExp(`"${name}" is required`));
    }
  });

  it("names what no inputs name, gives ids, and says what cannot be known before", async () => {
    program.setInput({});
    const preview = await program.succeed("preview", "--diff");
    assert.match(preview, /endpoint: \[unknown\]/);
    assert.match(preview, /name +: "main-[0-9a-f]{7}"/);
    await program.up();
    const { endpoint, name } = await program.outputs<{ endpoint: string; name: string }>();
    assert.equal(endpoint, servers[0]?.url);
    assert.match(name, /^main-[0-9a-f]{7}$/);
    await program.up("--expect-no-changes");
  });

  it("keeps what an update does not touch, and replaces what cannot change", async () => {
    const before = await program.outputs();
    program.setInput({ version: "1.34" });
    assert.match(await program.succeed("preview", "--diff"), /~ version: "1.33" => "1.34"/);
    await program.up();
    assert.deepEqual(await program.outputs(), before);
    program.setInput({ version: "1.34", cidr: "10.0.0.0/15" });
    const preview = await program.succeed("preview");
    assert.match(preview, /\+- aws:ec2:Vpc vpc replace/);
    assert.match(preview, /\+- aws:ec2:Subnet a replace/);
  });

  it("refuses to skip a minor version or to go back", async () => {
    program.setInput({ version: "1.33" });
    assert.match(
      await fail("up", "--yes", "--skip-preview"),
      /Unsupported Kubernetes minor version update from 1.34 to 1.33/,
    );
    program.setInput({ version: "1.34" });
    await program.up("--refresh", "--expect-no-changes");
  });

  it("shows on refresh changed and deleted resources", async () => {
    const [vpc] = standIn.cloud.list("aws:ec2/vpc:Vpc");
    assert.ok(vpc);
    const [cluster] = standIn.cloud.list("aws:eks/cluster:Cluster");
    assert.ok(cluster);
    standIn.cloud.edit(cluster.type, cluster.id, ({ inputs }) => (inputs.version = "1.35"));
    assert.match(await program.succeed("refresh", "--yes", "--skip-preview"), /Cluster main updated/);
    assert.match(await program.succeed("preview", "--diff"), /~ version: "1.35" => "1.34"/);
    standIn.cloud.edit(cluster.type, cluster.id, ({ inputs }) => (inputs.version = "1.34"));
    await program.succeed("refresh", "--yes", "--skip-preview");
    standIn.cloud.remove(cluster);
    assert.match(await program.succeed("refresh", "--yes", "--skip-preview"), /Cluster main deleted/);
    await program.up();
  });

  it("refuses to delete what is protected or what others hang on", async () => {
    program.setInput({ version: "1.34", protected: true });
    await program.up();
    assert.match(await fail("destroy", "--yes", "--skip-preview"), /Cluster deletion protection is enabled/);
    program.setInput({ version: "1.34" });
    await program.up();
    const [vpc] = standIn.cloud.list("aws:ec2/vpc:Vpc");
    assert.ok(vpc);
    const foreign = {
      type: "aws:ec2/securityGroup:SecurityGroup",
      id: "sg-by-hand",
      inputs: { vpcId: vpc.id },
      outputs: {},
    };
    standIn.cloud.put(foreign);
    assert.match(await fail("destroy", "--yes", "--skip-preview"), /DependencyViolation: vpc-.* sg-by-hand/);
    standIn.cloud.remove(foreign);
    await program.succeed("destroy", "--yes", "--skip-preview");
    assert.deepEqual(standIn.left(), []);
  });

  it("keeps what a cluster's controllers made when the cluster goes, and the network below it", async () => {
    program.setInput({});
    await program.up();
    const access = readAccess(servers[2]?.kubeconfigFile ?? "");
    const metadata = { name: "apps" };
    await apply(access, "/api/v1/namespaces/apps", { apiVersion: "v1", kind: "Namespace", metadata });
    await apply(access, "/api/v1/namespaces/apps/services/gateway", {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "gateway", namespace: "apps" },
      spec: { type: "LoadBalancer", ports: [{ port: 443 }] },
    });
    await apply(access, "/api/v1/persistentvolumes/ledger", {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: "ledger", annotations: { "pv.kubernetes.io/provisioned-by": "ebs.csi.aws.com" } },
      spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], hostPath: { path: "/srv/ledger" } },
    });
    assert.match(await fail("destroy", "--yes", "--skip-preview"), /DependencyViolation: .*apps\/gateway/);
    const left = standIn.cloud.list().filter(({ type }) => type.startsWith("left:"));
    assert.deepEqual(left.map(({ type }) => type).sort(), ["left:disk", "left:load-balancer"]);
    left.forEach((resource) => standIn.cloud.remove(resource));
    await program.succeed("destroy", "--yes", "--skip-preview");
    assert.deepEqual(standIn.left(), []);
  });

  it("refuses a cluster whose role has no policy yet, as when a dependency was forgotten", async () => {
    program.setInput({ forgetful: true });
    assert.match(await fail("up", "--yes", "--skip-preview"), /policy is attached: AmazonEKSClusterPolicy/);
    program.setInput({});
    await program.succeed("destroy", "--yes", "--skip-preview");
  });
});
