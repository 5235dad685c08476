import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { EthstatsConfig } from "../../config";
import type { Account } from "../../provider/sdk";
import { buildReadyService } from "../kubernetes";
import { createWorkloadRollout, loadBalancerHost, serviceHost } from "../workload";
import { nodeObjects, type EthereumContext } from "./context";
import { ethstatsName, ethstatsPort, nodeSelector } from "./names";
import { buildEthstatsDeployment } from "./specs/ethstats-pod";
import { ethstatsKey } from "./specs/node-pod";

export interface EthstatsArgs {
  /** Context of the network. */
  context: EthereumContext;
  /** Section `ethstats` of the stack file. */
  ethstats: EthstatsConfig;
  /**
   * Account whose private key is the secret that nodes report with; it never signs. A resource of another type would
   * change the secret of living dashboards, and restart every node.
   */
  account: Account;
}

/** Folder of the dashboard's program, which Node.js runs from source. */
const folder = join(__dirname, "dashboard");
const files = ["main.ts", "server.ts", "registry.ts", "websocket.ts", "page.html"];

/** A page with the last report of every node: the dashboard that Ethereum networks have had for long. */
export class Ethstats extends pulumi.ComponentResource {
  /** Name of the Secret that nodes report with. */
  readonly secret: pulumi.Output<string>;
  /** URL of the page. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, { context, ethstats, account }: EthstatsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:ethereum:Ethstats", name, {}, opts);
    const { network, place, config, namespace, ledger } = context;
    const objects = nodeObjects(this, name, "ethstats", ethstatsName, context);
    const metadata = objects.metadata(ethstatsName);
    const selector = nodeSelector(network, "ethstats", ethstatsName);

    const secret = objects.secret("secret", pulumi.secret({ [ethstatsKey]: account.privateKey }), "Opaque");
    const program = objects.files("program", programFiles());
    const workload = objects.deployment(
      buildEthstatsDeployment({
        metadata,
        selector,
        image: ethstats.image,
        pullPolicy: config.pullPolicy,
        resources: config.resources.ethstats,
        placement: config.placement?.ethstats,
        serviceAccount: namespace.serviceAccount,
        program: program.metadata.name,
        secret: secret.metadata.name,
      }),
    );
    createWorkloadRollout(name, `${network}/${ethstatsName}`, workload, { parent: this, provider: ledger });
    const http = { name: "http", port: ethstats.port, targetPort: ethstatsPort };
    const service = objects.service(buildReadyService(metadata, selector, [http], ethstats));

    const isInside = ethstats.type === "ClusterIP";
    const host = isInside ? serviceHost(ethstatsName, place) : loadBalancerHost(service);
    this.secret = secret.metadata.name;
    this.url = pulumi.interpolate`http://${host}:${ethstats.port}`;
    this.registerOutputs({ url: this.url });
  }
}

/** The program in its pod: file name to text. */
function programFiles(): Record<string, string> {
  const sources = files.map((file) => [file, readFileSync(join(folder, file), "utf8")] as const);
  return { ...Object.fromEntries(sources), "package.json": '{ "type": "module" }\n' };
}
