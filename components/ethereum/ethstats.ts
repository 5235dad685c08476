import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Account, LedgerProvider } from "../../provider/sdk";
import type { EthereumConfig, EthstatsConfig } from "../../config";
import { createWorkloadRollout } from "../kubernetes";
import { loadBalancerHost } from "./load-balancer-host";
import { ethstatsName, serviceHost, type Place } from "./names";
import type { NetworkNamespace } from "./network-namespace";
import { nodeLabels, nodeSelector } from "./node-context";
import { buildEthstatsDeployment } from "./specs/ethstats-pod";
import { ethstatsKey } from "./specs/node-pod";
import { buildEthstatsService } from "./specs/services";

export interface EthstatsArgs {
  network: string;
  place: Place;
  config: EthereumConfig;
  ethstats: EthstatsConfig;
  namespace: NetworkNamespace;
  ledger: LedgerProvider;
  /** 32 random bytes that the state keeps, which is all it is here: nobody signs with it. */
  account: Account;
}

/** The dashboard's program, which Node.js runs from source. */
const folder = join(__dirname, "..", "..", "ethstats");
const files = ["main.ts", "server.ts", "registry.ts", "websocket.ts", "page.html"];

/** A page that shows what every node last reported: the dashboard of the classic network. */
export class Ethstats extends pulumi.ComponentResource {
  /** Name of the Secret with what nodes have to know in order to report. */
  readonly secret: pulumi.Output<string>;
  /** The page. */
  readonly url: pulumi.Output<string>;

  constructor(
    private readonly prefix: string,
    private readonly args: EthstatsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("blockchain-clusters:ethereum:Ethstats", prefix, {}, opts);
    const secret = this.createSecret();
    this.secret = secret.metadata.name;
    this.createDeployment(this.createProgram(), secret);
    this.url = this.findUrl(this.createService());
    this.registerOutputs({ url: this.url });
  }

  private createSecret(): k8s.core.v1.Secret {
    const { namespace, account } = this.args;
    const stringData = pulumi.secret({ [ethstatsKey]: account.privateKey });
    return new k8s.core.v1.Secret(
      `${this.prefix}-secret`,
      { metadata: { namespace: namespace.name, labels: this.labels() }, type: "Opaque", immutable: true, stringData },
      { parent: this },
    );
  }

  private createProgram(): k8s.core.v1.ConfigMap {
    const sources = files.map((file) => [file, readFileSync(join(folder, file), "utf8")] as const);
    const data = { ...Object.fromEntries(sources), "package.json": '{ "type": "module" }\n' };
    return new k8s.core.v1.ConfigMap(
      `${this.prefix}-program`,
      { metadata: { namespace: this.args.namespace.name, labels: this.labels() }, immutable: true, data },
      { parent: this },
    );
  }

  private createDeployment(program: k8s.core.v1.ConfigMap, secret: k8s.core.v1.Secret): void {
    const { network, config, ethstats, namespace, ledger } = this.args;
    const spec = buildEthstatsDeployment({
      metadata: this.metadata(),
      image: ethstats.image,
      pullPolicy: config.pullPolicy,
      resources: config.resources.ethstats,
      serviceAccount: namespace.serviceAccount,
      program: program.metadata.name,
      secret: secret.metadata.name,
    });
    const resource = new k8s.apps.v1.Deployment(this.prefix, spec, { parent: this, dependsOn: namespace.guards });
    const workload = { name: `${network}/${ethstatsName}`, kind: "Deployment", spec: spec.spec, resource } as const;
    createWorkloadRollout(this.prefix, workload, { parent: this, provider: ledger });
  }

  private createService(): k8s.core.v1.Service {
    const { network, ethstats } = this.args;
    const selector = nodeSelector(network, "ethstats", ethstatsName);
    const service = buildEthstatsService(this.metadata(), selector, ethstats);
    return new k8s.core.v1.Service(this.prefix, service, { parent: this });
  }

  private findUrl(service: k8s.core.v1.Service): pulumi.Output<string> {
    const { place, ethstats } = this.args;
    const host =
      ethstats.type === "ClusterIP" ? pulumi.output(serviceHost(ethstatsName, place)) : loadBalancerHost(service);
    return pulumi.interpolate`http://${host}:${ethstats.port}`;
  }

  private metadata() {
    return { name: ethstatsName, namespace: this.args.namespace.name, labels: this.labels() };
  }

  private labels() {
    return nodeLabels(this.args.network, "ethstats", ethstatsName);
  }
}
