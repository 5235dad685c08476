/**
 * Records previews of this project's program on stand-in clouds, for the tests of the preview report:
 *
 *     tools/run test/support/clouds/record-previews.ts
 *
 * Recordings leave out everything that the report does not read: configuration except for one key, properties of
 * resources, and unchanged resources.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../tools/paths";
import { ApiServer } from "../api-server";
import { CloudProgram, readStackConfig, type StackConfig } from "./cloud-program";

type Section = Record<string, unknown>;

interface Scene {
  /** Stack file of the deployed stack. Its storage has files. */
  stack: string;
  /** Changes of the stack file, by the name of the recording: one preview for each. */
  edits: Record<string, (config: StackConfig) => void>;
}

const folder = join(projectRoot, "test", "unit", "tools", "previews");

const scenes: Scene[] = [
  {
    stack: "aks-fabric-dev",
    edits: { "aks-machine-type": setMachineType("Standard_D8s_v5") },
  },
  {
    stack: "eks-fabric-dev",
    edits: {
      "eks-machine-type": setMachineType("m7i.2xlarge"),
      "eks-files-removed": (config) => (config.storage = {}),
      "eks-cluster-replaced": ({ cluster }) => ((cluster as Section).generation = 2),
    },
  },
];

function setMachineType(machineType: string): (config: StackConfig) => void {
  return ({ cluster }) => {
    const { nodePools } = cluster as { nodePools: { ledger: Section } };
    nodePools.ledger.machineType = machineType;
  };
}

async function record({ stack, edits }: Scene): Promise<void> {
  const server = await ApiServer.start();
  const config = { ...readStackConfig(stack), storage: { file: {} } };
  const program = await CloudProgram.create("cluster", structuredClone(config), [server.kubeconfigFile]);
  try {
    await program.pulumi.up();
    for (const [name, edit] of Object.entries(edits)) {
      program.edit((now) => Object.assign(now, structuredClone(config)));
      program.edit(edit);
      const { text } = await program.pulumi.start("preview", "--json", "--suppress-progress").outcome;
      const preview = JSON.parse(text.slice(text.search(/^\{$/m))) as Preview;
      writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(shorten(preview), null, 2)}\n`);
      process.stdout.write(`${name}: ${JSON.stringify(preview.changeSummary)}\n`);
    }
  } finally {
    await program.remove();
    await server.stop();
  }
}

/** The engine's JSON: https://github.com/pulumi/pulumi/blob/master/pkg/display/json.go */
interface Preview {
  config: Record<string, string>;
  steps: { op: string; urn: string; replaceReasons?: string[]; diffReasons?: string[]; detailedDiff?: object | null }[];
  changeSummary: Record<string, number>;
}

function shorten({ steps, changeSummary }: Omit<Preview, "config">): Preview {
  return {
    config: {},
    steps: steps
      .filter(({ op }) => op !== "same" && op !== "read")
      .map(({ op, urn, replaceReasons, diffReasons, detailedDiff }) => ({
        ...{ op, urn, replaceReasons, diffReasons, detailedDiff },
      })),
    changeSummary,
  };
}

async function main(): Promise<void> {
  for (const scene of scenes) await record(scene);
}

void main();
