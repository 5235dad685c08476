/** The same network, brought up by bench/scripted/bring-up.sh, for comparison with the program. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { chaincodeOf, type Chaincode } from "../../samples/client/chaincode";
import { fabricSampleConfig } from "../../local-cluster/images/go-module";
import { defaultCluster } from "../../local-cluster/settings";
import { connectGateway } from "../../samples/client/gateway";
import { projectRoot } from "../../tools/paths";
import { storageClass, type ClusterClient } from "./cluster-client";
import { lowerBound } from "./lower-bound";
import { batchTimeout, chaincodeName, channelName, images, type BringUp, type LoadTarget } from "./network";
import { podProcesses } from "./pod-processes";
import { PodWatch } from "./pod-watch";

/** Order of the script's steps, see there. */
export type HandMode = "sequential" | "parallel";

const network = "hand";
const script = join(projectRoot, "bench", "scripted", "bring-up.sh");
/** Keys and certificates of the running network. */
const keys = join(projectRoot, ".local", "bench", "hand");
/** The script's phase after the first committed transaction. */
const afterwards = "read back";

export class HandNetwork implements LoadTarget {
  readonly name = "by hand";
  private isUp = false;

  constructor(private readonly cluster: ClusterClient) {}

  /** Brings the network up, from nothing to the first committed transaction. */
  async up(mode: HandMode): Promise<BringUp> {
    rmSync(keys, { recursive: true, force: true });
    mkdirSync(keys, { recursive: true });
    const { config, core } = this.cluster;
    const sampleConfig = await fabricSampleConfig();
    this.isUp = true;
    const { result, pods } = await PodWatch.during({ config, core, network }, () => this.run(mode, sampleConfig));
    const bound = await lowerBound(core, network, pods, batchTimeout);
    const milestones = parsePhases(result);
    return { milestones, total: milestones.at(-1)?.at ?? NaN, bound };
  }

  async ensureUp(): Promise<void> {
    if (!this.isUp) await this.up("parallel");
  }

  async down(): Promise<void> {
    if (!this.isUp) return;
    await this.removeLeftovers();
    this.isUp = false;
  }

  /** Removes the remains of a killed bench. */
  async removeLeftovers(): Promise<void> {
    await this.run("delete");
    rmSync(keys, { recursive: true, force: true });
  }

  processes(): Promise<number[]> {
    return podProcesses(this.cluster.core, network);
  }

  async withChaincode<T>(work: (chaincode: Chaincode) => Promise<T>): Promise<T> {
    const domain = `${network}-org1.svc.cluster.local`;
    const organization = join(keys, "crypto", "peerOrganizations", domain);
    const user = join(organization, "users", `User1@${domain}`, "msp");
    const address = await this.cluster.serviceAddress(`${network}-org1`, "peer0");
    const connection = connectGateway(
      {
        target: `${address}:7051`,
        tlsServerName: `peer0.${domain}`,
        tlsCaCertificate: onlyFile(join(organization, "msp", "tlscacerts")),
      },
      {
        mspId: "Org1MSP",
        certificate: onlyFile(join(user, "signcerts")),
        privateKey: onlyFile(join(user, "keystore")),
      },
    );
    try {
      return await work(chaincodeOf(connection.gateway, channelName, chaincodeName));
    } finally {
      connection.close();
    }
  }

  private async run(mode: HandMode | "delete", sampleConfig = ""): Promise<string> {
    const env = {
      ...process.env,
      KUBECONFIG: defaultCluster.paths.kubeconfig,
      STORAGE_CLASS: storageClass,
      BATCH_TIMEOUT: `${batchTimeout}ms`,
      ORDERER_IMAGE: images.orderer,
      PEER_IMAGE: images.peer,
      CHAINCODE_IMAGE: images.chaincode,
      SAMPLE_CONFIG: sampleConfig,
      KEEP: keys,
    };
    const { stdout } = await promisify(execFile)("bash", [script, mode], { env, cwd: projectRoot });
    return stdout;
  }
}

/** Lines `name<TAB>milliseconds e-3` become points in time. */
function parsePhases(output: string): BringUp["milestones"] {
  let at = 0;
  return output
    .split("\n")
    .map((line) => line.split("\t"))
    .filter(([name = "", seconds]) => seconds !== undefined && name !== afterwards)
    .map(([name = "", seconds]) => ({ name, at: (at += Number(seconds) * 1000) }));
}

function onlyFile(folder: string): string {
  const [name] = existsSync(folder) ? readdirSync(folder) : [];
  if (name === undefined) throw new Error(`${folder} is empty or missing`);
  return readFileSync(join(folder, name), "utf8");
}
