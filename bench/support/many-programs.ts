/** The compared programs, all on one cluster: Fabric networks in one stack and in several, and as many plain objects. */
import { project, wholeProgram, writeStackConfig, type StackConfig } from "../../test/support/clouds/cloud-program";
import { PulumiProgram } from "../../test/support/pulumi-program";
import { paths } from "../../tools/paths";
import type { PretendCluster } from "./pretend-cluster";
import { pretendDriver } from "./pretend-objects";

const plugins = { kubernetes: paths.bin };

/** This project's program, with `organizations` organisations of two peers and one of three orderers. */
export async function createNetworkProgram(cluster: PretendCluster, organizations: number): Promise<PulumiProgram> {
  const program = await PulumiProgram.create(wholeProgram, { project, plugins });
  setOrganizations(program, cluster, organizations);
  return program;
}

/** Changes the number of organisations, as a user does in an editor. */
export function setOrganizations(program: PulumiProgram, cluster: PretendCluster, organizations: number): void {
  const peerOrganizations = Array.from({ length: organizations }, (_, index) => ({
    name: `org${index + 1}`,
    peers: 2,
  }));
  writeStackConfig(program, stackConfig(cluster, { number: 1, fabric: { peerOrganizations } }));
}

/** This project's program with one organisation of two peers, as in a consortium: others run the orderers. */
export async function createMemberProgram(cluster: PretendCluster): Promise<PulumiProgram> {
  const program = await PulumiProgram.create(wholeProgram, { project, plugins });
  const fabric = { ordererOrganizations: [], peerOrganizations: [{ name: "org1", peers: 2 }], partners: [] };
  writeStackConfig(program, stackConfig(cluster, { number: 2, fabric }));
  return program;
}

/**
 * Sections of a stack on the cluster. Its network has no channels: nothing answers that could join one.
 *
 * @param number of the stack in the cluster, part of the names that stacks must not share
 */
function stackConfig(
  { kubeconfigFile }: PretendCluster,
  { number, fabric }: { number: number; fabric: object },
): StackConfig {
  return {
    cluster: {
      vendor: "existing",
      name: "pretend",
      kubeconfig: { from: "file", path: kubeconfigFile },
      networkPolicyEnforced: true,
    },
    storage: { generation: number, block: { provisioner: pretendDriver } },
    network: { type: "fabric", name: `network${number}`, fabric: { version: "3.1.5", channels: [], ...fabric } },
  };
}

/** ConfigMaps by one provider. */
const bareProgram = `
import * as k8s from "@pulumi/kubernetes";
const { count, kubeconfig } = require("./input.json");
const provider = new k8s.Provider("cluster", { kubeconfig });
for (let index = 0; index < count; index += 1) {
  new k8s.core.v1.ConfigMap("plain-" + index, { metadata: { name: "plain-" + index }, data: { key: "value" } }, { provider });
}
`;

/** A program that creates `resources` resources and does nothing else. */
export async function createBareProgram({ kubeconfigFile }: PretendCluster, resources: number): Promise<PulumiProgram> {
  const program = await PulumiProgram.create(bareProgram, { project: "bare", plugins });
  // The stack itself and the provider are resources, too.
  program.setInput({ count: resources - 2, kubeconfig: kubeconfigFile });
  return program;
}
