import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { packageChaincode } from "../../ledger/fabric/chaincode-package";
import { trustAnchor } from "../../ledger/fabric/trust-anchor";
import type { ChaincodeConfig, ResourcesConfig } from "../../config";
import type { WorkloadRollout } from "../../provider/sdk";
import { buildDisruptionBudget, buildReadyService } from "../kubernetes";
import { createWorkloadRollout, serviceHost, WorkloadObjects } from "../workload";
import {
  chaincodeServiceName,
  nodeLabels,
  nodeSelector,
  organizationLabels,
  ports,
  serviceTlsNames,
  type OrganizationPlace,
} from "./names";
import type { FabricContext, Organization } from "./context";
import type { OrganizationIdentities } from "./organization-identities";
import { buildChaincodeDeployment } from "./specs/chaincode-deployment";

export interface ChaincodeServerArgs {
  /** Context of the network. */
  context: FabricContext;
  /** Organisation whose peers call the chaincode. */
  organization: Organization;
  /** Name of the channel. */
  channel: string;
  /** Entry of the channel's `chaincodes` in the stack file. */
  chaincode: ChaincodeConfig;
}

/**
 * A chaincode in one organisation: the pods that execute it, and the package by which the organisation's peers find
 * them. It waits for no channel and no peer.
 */
export class ChaincodeServer extends pulumi.ComponentResource {
  /** Chaincode package, base64 of a tar.gz. */
  readonly package: pulumi.Output<string>;
  /** Package id, `label:sha256`, as peers compute it. */
  readonly packageId: pulumi.Output<string>;
  /** Resource that waits for its pods. */
  readonly rollout: WorkloadRollout;

  constructor(name: string, args: ChaincodeServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:fabric:ChaincodeServer", name, {}, opts);
    const { context, organization, channel, chaincode } = args;
    const { network, config, options, ledger } = context;
    const { identities, namespace, place } = organization;
    const service = chaincodeServiceName(channel, chaincode.name, chaincode.version);
    const labels = { ...nodeLabels(network, "chaincode", service), ...organizationLabels(identities.mspId) };
    const selector = nodeSelector(network, "chaincode", service);
    const objects = new WorkloadObjects({ component: this, prefix: name, namespace, labels });
    const metadata = objects.metadata(service);

    const built = buildPackage(
      service,
      place,
      identities,
      chaincode,
      options.indexes?.[`${channel}/${chaincode.name}`],
    );
    // Only peers of the organisation call it, so it has no public name.
    const tls = identities.createServer(service, serviceTlsNames(service, { ...place, domain: undefined }));
    const tlsFiles = { "tls.crt": tls.certificate, "tls.key": tls.privateKey };
    const tlsSecret = objects.secret("tls", tlsFiles, "kubernetes.io/tls");
    const variables = options.hasSecretText === true ? createVariables(objects, chaincode) : undefined;
    const deployment = objects.deployment(
      buildChaincodeDeployment({
        metadata,
        selector,
        chaincode,
        pullPolicy: config.images.pullPolicy,
        resources: mergeResources(config.resources.chaincode, chaincode.resources),
        serviceAccount: namespace.serviceAccount,
        packageId: built.packageId,
        tls: tlsSecret.metadata.name,
        secretEnv: variables?.metadata.name,
        placement: options.placement?.chaincode,
      }),
    );
    const inMessages = `${place.namespace}/${service}`;
    const rollout = createWorkloadRollout(name, inMessages, deployment, { parent: this, provider: ledger });
    objects.service(buildReadyService(metadata, selector, [{ name: "grpc", port: ports.chaincode }]));
    // With a single pod a budget would prevent every drain.
    if (chaincode.replicas > 1) {
      const budget = buildDisruptionBudget(metadata, selector);
      new k8s.policy.v1.PodDisruptionBudget(name, budget, { parent: this });
    }

    this.package = built.apply(({ bytes }) => Buffer.from(bytes).toString("base64"));
    this.packageId = built.packageId;
    this.rollout = rollout;
    this.registerOutputs({ packageId: this.packageId });
  }
}

/**
 * Package of the chaincode. It contains only the address and the CA of the chaincode's server, so previews know it. Its
 * id must be stable: peers call only pods of the approved id. The package therefore refers to the CA by name and key,
 * which outlive each of its certificates.
 *
 * @param indexes CouchDB indexes: path below `META-INF` to JSON text.
 */
function buildPackage(
  service: string,
  place: OrganizationPlace,
  { tlsCaCertificate }: OrganizationIdentities,
  { name, version }: ChaincodeConfig,
  indexes: Record<string, string> = {},
) {
  return tlsCaCertificate.apply(async (tlsCa) =>
    packageChaincode({
      label: `${name}_${version}`,
      connection: {
        address: `${serviceHost(service, place)}:${ports.chaincode}`,
        dial_timeout: "10s",
        tls_required: true,
        root_cert: await trustAnchor(tlsCa),
      },
      metaInf: indexes,
    }),
  );
}

/** Secret with the chaincode's own variables; undefined without variables. */
function createVariables(objects: WorkloadObjects, { env }: ChaincodeConfig): k8s.core.v1.Secret | undefined {
  // Living networks have this Secret without a type; a type would replace it.
  return Object.keys(env).length === 0 ? undefined : objects.secret("env", pulumi.secret(env));
}

function mergeResources(shared: ResourcesConfig, own: ChaincodeConfig["resources"]): ResourcesConfig {
  const merge = <T extends object>(base: T, over: { [K in keyof T]?: T[K] | undefined }): T => ({
    ...base,
    ...Object.fromEntries(Object.entries(over).filter(([, value]) => value !== undefined)),
  });
  return { requests: merge(shared.requests, own.requests), limits: merge(shared.limits, own.limits) };
}
