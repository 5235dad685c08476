import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { packageChaincode } from "../../ledger/fabric/chaincode-package";
import { trustAnchor } from "../../ledger/fabric/trust-anchor";
import type { ChaincodeConfig, FabricConfig, ResourcesConfig } from "../../config";
import type { LedgerProvider, WorkloadRollout } from "../../provider/sdk";
import { appLabels, buildDisruptionBudget, createWorkloadRollout, type Labels, type Placement } from "../kubernetes";
import { chaincodeServiceName, componentLabels, ports, serviceHost, serviceTlsNames, type Place } from "./names";
import type { Identity, OrganizationIdentities } from "./organization-identities";
import type { OrganizationNamespace } from "./organization-namespace";
import { buildChaincodeDeployment } from "./specs/chaincode-deployment";
import { buildChaincodeService } from "./specs/services";

export interface ChaincodeServerArgs {
  network: string;
  channel: string;
  chaincode: ChaincodeConfig;
  place: Place;
  config: FabricConfig;
  identities: OrganizationIdentities;
  namespace: OrganizationNamespace;
  ledger: LedgerProvider;
  /** CouchDB indexes: path below `META-INF` -> JSON text. Default: none. */
  indexes?: Record<string, string> | undefined;
  /** Default: any node without a taint. */
  placement?: Placement | undefined;
  /** Keep the chaincode's variables in a Secret. Default: false. */
  hasSecretText?: boolean | undefined;
}

/**
 * One chaincode in one organisation: the pods that execute it, and the package that tells the organisation's peers
 * where they are. Nothing here waits for a channel or a peer.
 */
export class ChaincodeServer extends pulumi.ComponentResource {
  /** Chaincode package, base64 of a tar.gz. */
  readonly package: pulumi.Output<string>;
  /** `label:sha256`, as the peers will compute it. */
  readonly packageId: pulumi.Output<string>;
  /** Its pods are there. */
  readonly rollout: WorkloadRollout;

  private readonly service: string;
  private readonly labels: Labels;

  constructor(
    private readonly prefix: string,
    private readonly args: ChaincodeServerArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("blockchain-clusters:fabric:ChaincodeServer", prefix, {}, opts);
    const { network, channel, chaincode, identities, place } = args;
    this.service = chaincodeServiceName(channel, chaincode.name, chaincode.version);
    this.labels = {
      ...appLabels({ name: "chaincode", instance: this.service, partOf: network }),
      ...componentLabels(network, "chaincode"),
      "fabric.org": identities.mspId,
    };
    const built = this.buildPackage();
    this.package = built.apply(({ bytes }) => Buffer.from(bytes).toString("base64"));
    this.packageId = built.packageId;
    // Only peers of the organisation ever call it, so it has no public name.
    const tls = identities.createServer(this.service, serviceTlsNames(this.service, { ...place, domain: undefined }));
    this.rollout = this.createDeployment(this.createTlsSecret(tls));
    this.createService();
    this.createDisruptionBudget();
    this.registerOutputs({ packageId: this.packageId });
  }

  /**
   * The address and the CA to trust are all that is in it, so it is known before anything runs. Its id must not change by
   * itself: peers call the pods of the id that was approved, and no others. So the CA is in it as name and key, which
   * outlive each of its certificates.
   */
  private buildPackage() {
    const { chaincode, identities, place, indexes = {} } = this.args;
    return identities.tlsCaCertificate.apply(async (tlsCa) =>
      packageChaincode({
        label: `${chaincode.name}_${chaincode.version}`,
        connection: {
          address: `${serviceHost(this.service, place)}:${ports.chaincode}`,
          dial_timeout: "10s",
          tls_required: true,
          root_cert: await trustAnchor(tlsCa),
        },
        metaInf: indexes,
      }),
    );
  }

  private metadata(name: string) {
    return { name, namespace: this.args.namespace.name, labels: this.labels };
  }

  private get selector(): Labels {
    return { "app.kubernetes.io/instance": this.service, ...componentLabels(this.args.network, "chaincode") };
  }

  private createTlsSecret({ certificate, privateKey }: Identity): k8s.core.v1.Secret {
    return new k8s.core.v1.Secret(
      `${this.prefix}-tls`,
      {
        metadata: { namespace: this.args.namespace.name, labels: this.labels },
        type: "kubernetes.io/tls",
        immutable: true,
        stringData: { "tls.crt": certificate, "tls.key": privateKey },
      },
      { parent: this },
    );
  }

  /** Another name whenever a value changes, so that pods start anew with it. */
  private createVariables(): k8s.core.v1.Secret | undefined {
    const { chaincode, namespace, hasSecretText = false } = this.args;
    if (!hasSecretText || Object.keys(chaincode.env).length === 0) return undefined;
    return new k8s.core.v1.Secret(
      `${this.prefix}-env`,
      {
        metadata: { namespace: namespace.name, labels: this.labels },
        immutable: true,
        stringData: pulumi.secret(chaincode.env),
      },
      { parent: this },
    );
  }

  private createDeployment(tls: k8s.core.v1.Secret): WorkloadRollout {
    const { chaincode, config, namespace, place, ledger, placement } = this.args;
    const spec = buildChaincodeDeployment({
      metadata: this.metadata(this.service),
      selector: this.selector,
      chaincode,
      pullPolicy: config.images.pullPolicy,
      resources: mergeResources(config.resources.chaincode, chaincode.resources),
      serviceAccount: namespace.serviceAccount,
      packageId: this.packageId,
      tls: tls.metadata.name,
      secretEnv: this.createVariables()?.metadata.name,
      placement,
    });
    const resource = new k8s.apps.v1.Deployment(this.prefix, spec, { parent: this, dependsOn: namespace.guards });
    const name = `${place.namespace}/${this.service}`;
    const workload = { name, kind: "Deployment", spec: spec.spec, resource } as const;
    return createWorkloadRollout(this.prefix, workload, { parent: this, provider: ledger });
  }

  private createService(): void {
    const service = buildChaincodeService(this.metadata(this.service), this.selector);
    new k8s.core.v1.Service(this.prefix, service, { parent: this });
  }

  /** With one pod a budget could only forbid every drain. */
  private createDisruptionBudget(): void {
    if (this.args.chaincode.replicas < 2) return;
    const budget = buildDisruptionBudget(this.metadata(this.service), this.selector);
    new k8s.policy.v1.PodDisruptionBudget(this.prefix, budget, { parent: this });
  }
}

function mergeResources(shared: ResourcesConfig, own: ChaincodeConfig["resources"]): ResourcesConfig {
  const merge = <T extends object>(base: T, over: { [K in keyof T]?: T[K] | undefined }): T => ({
    ...base,
    ...Object.fromEntries(Object.entries(over).filter(([, value]) => value !== undefined)),
  });
  return { requests: merge(shared.requests, own.requests), limits: merge(shared.limits, own.limits) };
}
