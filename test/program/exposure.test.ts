/** Ways into the organisations of a Fabric network, among all its resources. */
import assert from "node:assert/strict";
import type { ChannelConfig } from "../../ledger/fabric/channel-config";
import { addressText } from "../../ledger/fabric/config-normal-form";
import { readStack, runProgram, type ProgramRun } from "../support/program/run";

interface Organization {
  name: string;
  domain?: string;
  exposure?: unknown;
}

interface Fabric {
  ordererOrganizations: Organization[];
  peerOrganizations: Organization[];
}

const gateway = {
  type: "gateway",
  parentRefs: [{ name: "edge", namespace: "doors", sectionName: "fabric" }],
  clientNamespaces: ["doors"],
  apiVersion: "v1alpha2",
};

/** The stack `local-exposed`, with the ways in that `choose` returns. */
function withWays(choose: (organization: Organization) => unknown): Promise<ProgramRun> {
  const stack = structuredClone(readStack("local-exposed"));
  const { fabric } = stack.network as { fabric: Fabric };
  for (const organization of [...fabric.ordererOrganizations, ...fabric.peerOrganizations]) {
    organization.exposure = choose(organization);
  }
  return runProgram("local-exposed", stack);
}

/** Inputs of the resources of a type, by URN. */
function inputsOf({ resources }: ProgramRun, type: string): Map<string, string> {
  return new Map(
    resources.filter((each) => each.type === type).map(({ urn, inputs }) => [urn, JSON.stringify(inputs)]),
  );
}

/** Inputs of the resources of a type. */
function only(run: ProgramRun, type: string): unknown[] {
  return [...inputsOf(run, type).values()].map((text) => JSON.parse(text) as unknown);
}

interface StatefulSet {
  spec: { template: { spec: { hostAliases: { ip: string; hostnames: string[] }[] } } };
}

interface Service {
  metadata: { name: string; namespace: string };
  spec: { ports: { port: number; targetPort: number }[] };
}

describe("a way into an organisation", function () {
  this.timeout(120_000);
  let without: ProgramRun;

  before(async () => {
    without = await withWays(() => ({ type: "none" }));
  });

  it("is added to a living network without a change of its nodes, so that none restarts", async () => {
    const added = await withWays(() => ({ type: "router", clientCidrs: ["10.0.0.0/8"] }));
    const before = without.resources.map(({ urn }) => urn);
    const after = new Set(added.resources.map(({ urn }) => urn));
    assert.deepEqual(
      before.filter((urn) => !after.has(urn)),
      [],
    );
    assert.ok(after.size > before.length);
    for (const type of ["kubernetes:apps/v1:StatefulSet", "ledger:pki:Certificate", "ledger:fabric:Channel"]) {
      const nodes = inputsOf(without, type);
      assert.ok(nodes.size > 0, type);
      assert.deepEqual(inputsOf(added, type), nodes);
    }
  });

  it("gives channels the public names, which lead own nodes to Services of the cluster", async () => {
    const run = await withWays(({ name }) =>
      name === "org2" ? { type: "none" } : { type: "router", clientCidrs: ["10.0.0.0/8"], inChannels: true },
    );
    const [channel] = only(run, "ledger:fabric:Channel") as unknown as {
      config: ChannelConfig;
      orderers: { host: string; port: number; channelPort: number }[];
    }[];
    assert.ok(channel);
    const { consenters, ordererOrganizations, peerOrganizations } = channel.config;
    const orderers = ["orderer0", "orderer1", "orderer2"].map((node) => `${node}.orderer.example.com:443`);
    assert.deepEqual(consenters.map(addressText), orderers);
    assert.deepEqual(ordererOrganizations[0]?.endpoints.map(addressText), orderers);
    assert.deepEqual(
      peerOrganizations.map(({ anchorPeers }) => anchorPeers.map(addressText)),
      [["peer0.org1.example.com:443", "peer1.org1.example.com:443"], ["peer0.fabric-org2.svc.cluster.local:7051"]],
    );
    // By port-forward an orderer is still at the port of its pod.
    assert.deepEqual(
      channel.orderers.map(({ host, port, channelPort }) => [`${host}:${channelPort}`, port]),
      orderers.map((address) => [address, 7050]),
    );

    const names = [...orderers, "peer0.org1.example.com:443", "peer1.org1.example.com:443"];
    const known = names.map((name) => ({ ip: "192.0.2.11", hostnames: [name.replace(":443", "")] }));
    const pods = only(run, "kubernetes:apps/v1:StatefulSet") as unknown as StatefulSet[];
    assert.equal(pods.length, 6);
    for (const { spec } of pods) {
      const aliases = spec.template.spec.hostAliases.filter(({ ip }) => ip !== "127.0.0.1");
      assert.deepEqual(aliases, known);
    }
    const services = only(run, "kubernetes:core/v1:Service") as unknown as Service[];
    const port = (name: string, namespace: string) =>
      services
        .find(({ metadata }) => metadata.name === name && metadata.namespace === namespace)
        ?.spec.ports.find((each) => each.port === 443)?.targetPort;
    assert.deepEqual(
      [port("orderer0", "fabric-orderer"), port("peer0", "fabric-org1"), port("peer0", "fabric-org2")],
      [7050, 7051, undefined],
    );
    const settings = JSON.stringify(only(run, "kubernetes:core/v1:ConfigMap"));
    assert.match(settings, /externalEndpoint: peer1\.org1\.example\.com:443\\n/);
    assert.match(settings, /externalEndpoint: peer0\.fabric-org2\.svc\.cluster\.local:7051\\n/);
  });

  it("is a TLSRoute for each name where the user has a Gateway", async () => {
    const run = await withWays(({ name }) => (name === "org1" ? gateway : undefined));
    const routes = run.resources.filter(({ type }) => type.endsWith(":TLSRoute"));
    assert.deepEqual(
      routes.map(({ inputs }) => {
        const { apiVersion, spec } = inputs as { apiVersion: string; spec: Record<string, unknown[]> };
        return [apiVersion, spec.parentRefs?.[0], spec.hostnames?.[0], JSON.stringify(spec.rules)];
      }),
      ["gateway", "peer0", "peer1"].map((name) => [
        "gateway.networking.k8s.io/v1alpha2",
        { name: "edge", namespace: "doors", sectionName: "fabric" },
        `${name}.org1.example.com`,
        JSON.stringify([{ backendRefs: [{ name, port: 7051 }] }]),
      ]),
    );
  });
});
