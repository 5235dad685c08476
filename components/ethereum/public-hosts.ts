import * as pulumi from "@pulumi/pulumi";
import type { P2pExposureConfig } from "../../config";
import { buildReadyService } from "../kubernetes";
import { loadBalancerHost, WorkloadObjects } from "../workload";
import type { EthereumContext } from "./context";
import { nodeLabels, nodeSelector } from "./names";

/**
 * Creates a LoadBalancer Service for each validator, where the stack file asks for them, beside the Service inside the
 * cluster.
 *
 * @returns host of each validator for peers outside, by name
 */
export function createPublicHosts(
  context: EthereumContext,
  validators: readonly { name: string }[],
): ReadonlyMap<string, pulumi.Output<string>> {
  const { p2p } = context.config;
  if (p2p.exposure === undefined) return new Map();
  const exposure = p2p.exposure;
  return new Map(validators.map(({ name }) => [name, createPublicHost(context, name, exposure)]));
}

function createPublicHost(
  { component, prefix, network, namespace, client, config }: EthereumContext,
  node: string,
  { domain, externalTrafficPolicy, annotations }: P2pExposureConfig,
): pulumi.Output<string> {
  const labels = nodeLabels(network, "validator", node);
  const objects = new WorkloadObjects({ component, prefix: `${prefix}-${node}-public`, namespace, labels });
  const port = { name: "p2p", port: client.ports.p2p };
  const service = objects.service(
    buildReadyService(objects.metadata(`${node}-public`), nodeSelector(network, "validator", node), [port], {
      type: "LoadBalancer",
      annotations,
      externalTrafficPolicy,
      clientCidrs: config.p2p.cidrs,
    }),
  );
  const address = loadBalancerHost(service);
  return domain === undefined ? address : pulumi.output(`${node}.${domain}`);
}
