/** Plugins, programs and environment with which a test runs Pulumi on stand-in clouds. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { paths } from "../../../tools/paths";
import { Cloud } from "./cloud";
import { admitCloudUser, readAccess } from "./kubernetes";
import { cloudVariable, kubeconfigsVariable } from "./variables";

export { Cloud, type CloudOperation, type CloudResource } from "./cloud";

const vendors = ["aws", "azure-native", "gcp", "alicloud"];

/** Plugin folders by package, for a Pulumi.yaml. The Kubernetes provider is the real one. */
export const standInPlugins: Record<string, string> = {
  kubernetes: paths.bin,
  ...Object.fromEntries(vendors.map((name) => [name, join(__dirname, "plugins", name)])),
};

/** Stand-ins for the vendors' command line programs. */
const helpers = join(__dirname, "helpers");

export class StandInCloud {
  private constructor(
    readonly cloud: Cloud,
    /** Variables for the engine and its child processes. */
    readonly environment: Record<string, string>,
  ) {}

  /** @param kubeconfigFiles administrators' kubeconfigs of the clusters that the cloud can assign */
  static async open(kubeconfigFiles: string[]): Promise<StandInCloud> {
    for (const file of kubeconfigFiles) await admitCloudUser(readAccess(file));
    const cloud = new Cloud(mkdtempSync(join(tmpdir(), "stand-in-cloud-")));
    return new StandInCloud(cloud, {
      PATH: helpers,
      [cloudVariable]: cloud.folder,
      [kubeconfigsVariable]: kubeconfigFiles.join(delimiter),
      ARM_SUBSCRIPTION_ID: "00000000-0000-0000-0000-000000000000",
    });
  }

  /** Short names of the existing resources, for a list in a test. */
  left(): string[] {
    return this.cloud.list().map(({ type, id }) => `${type} ${id}`);
  }

  remove(): void {
    rmSync(this.cloud.folder, { recursive: true });
  }
}
