/** Ways into an organisation of a Fabric network from outside of the cluster, by its public names. */
import { z } from "zod";
import { problem, type Problem } from "../../lib/problem";
import {
  annotations,
  choice,
  cidr,
  dnsLabel,
  flag,
  image,
  list,
  map,
  objectName,
  text,
  wholeNumber,
  wrongKind,
  oneLine,
} from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { entriesOf, error, warning, type Rule, type Surroundings } from "../kit/rule";
import { openToAll } from "../shared/exposure";
import { aboveLimits, resources, unpinned } from "../shared/workload";

const clientCidrs = list(cidr(), { min: 1, of: "networks" }).describe(
  "Networks whose clients and nodes may connect: of applications, and of other organisations.",
);

const externalTrafficPolicy = choice(["Cluster", "Local"])
  .default("Local")
  .describe("Local keeps the client's address, which `clientCidrs` needs on most clouds.");

/** @param what `load balancer` */
function port(what: string) {
  return wholeNumber(1, 65535).default(443).describe(`Port of the ${what}, the same for every name.`);
}

const inChannels = flag()
  .default(false)
  .describe(
    "Whether channels name the organisation's nodes by `domain` and `port`, for members in other clusters. It is fixed for orderers once they order a channel.",
  );

const none = map({ type: z.literal("none").describe("No way in, as without `exposure`.") });

const router = map({
  type: z
    .literal("router")
    .describe(
      "Pods of HAProxy behind one load balancer, which lead to the node that a client names in its TLS greeting. TLS ends at the node.",
    ),
  port: port("load balancer"),
  clientCidrs,
  externalTrafficPolicy,
  annotations: annotations(oneLine("an annotation")).describe(
    "Annotations of the Service, for example to ask a cloud for an internal one.",
  ),
  replicas: wholeNumber(2, 20).default(2).describe("Number of pods."),
  inChannels,
  image: image().default("docker.io/library/haproxy:3.2.25").describe("Image with HAProxy 2.6 or newer."),
  resources: resources({ cpu: "100m", memory: "128Mi", cpuLimit: "2", memoryLimit: "384Mi" }).describe("Each pod."),
});

const gateway = map({
  type: z
    .literal("gateway")
    .describe("A TLSRoute of the Gateway API for each name, for a Gateway of your own that passes TLS through."),
  parentRefs: list(
    map({
      name: objectName("a Gateway").describe("Name of the Gateway."),
      namespace: dnsLabel(63).describe("Namespace of the Gateway. Its listener has to admit routes of the network's."),
      sectionName: text(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "the name of a listener")
        .optional()
        .describe("Listener of the Gateway, with `tls.mode: Passthrough`. Default: all that match the names."),
    }),
    { min: 1, of: "Gateways" },
  ).describe("Gateways that the routes are for."),
  port: port("Gateway's listener"),
  clientNamespaces: list(dnsLabel(63), { min: 1, of: "namespaces" }).describe(
    "Namespaces of the Gateway's pods, which connect to the nodes.",
  ),
  annotations: annotations().describe("Annotations of the TLSRoutes."),
  inChannels,
  apiVersion: choice(["v1", "v1alpha3", "v1alpha2"])
    .default("v1")
    .describe("Version of TLSRoute. Gateway API has `v1` since its release 1.5."),
});

const loadBalancer = map({
  type: z.literal("loadBalancer").describe("A load balancer for each name."),
  port: port("load balancers"),
  clientCidrs,
  externalTrafficPolicy,
  annotations: annotations(oneLine("an annotation")).describe("Annotations of the Services."),
  inChannels,
});

/** Values of `type`. */
const exposureTypes = ["router", "gateway", "loadBalancer", "none"] as const;

export const exposure = z
  .discriminatedUnion("type", [router, gateway, loadBalancer, none], wrongKind("type", exposureTypes))
  .optional();

type Exposure = NonNullable<z.infer<typeof exposure>>;
/** A way in. */
export type ExposureConfig = Exclude<Exposure, { type: "none" }>;
export type RouterConfig = z.infer<typeof router>;
export type TlsGatewayConfig = z.infer<typeof gateway>;
export type NodeBalancersConfig = z.infer<typeof loadBalancer>;

/** Fields of an organisation that the rules here read. */
export interface LooseExposed {
  domain?: string | undefined;
  exposure?: Loose<Exposure> | undefined;
}

/** Fields of the section that the rules here read. */
interface LooseExposures {
  ordererOrganizations?: (LooseExposed | undefined)[] | undefined;
  peerOrganizations?: (LooseExposed | undefined)[] | undefined;
  gateway?: { type?: string | undefined } | undefined;
}

const base = "network.fabric";

/** Organisations with a way in, and their paths. */
function exposedOf(organizations: readonly (LooseExposed | undefined)[] | undefined, path: string) {
  return entriesOf(organizations, path).flatMap(({ item: { domain, exposure: way }, path: at }) =>
    way?.type === undefined || way.type === "none" ? [] : [{ domain, way, path: at }],
  );
}

export function exposuresOf({ ordererOrganizations, peerOrganizations }: LooseExposures) {
  return [
    ...exposedOf(ordererOrganizations, `${base}.ordererOrganizations`),
    ...exposedOf(peerOrganizations, `${base}.peerOrganizations`),
  ];
}

/** Ways in without public names, by which clients ask for a node and its certificate is checked. */
function namesMissing(fabric: LooseExposures): Problem[] {
  return exposuresOf(fabric).flatMap(({ domain, way, path }) =>
    domain === undefined
      ? [
          problem({
            path: `${path}.domain`,
            given: domain,
            must: 'be the public DNS domain of the organisation, for example "org1.example.com"',
            because: `exposure.type is ${way.type}, which leads by names`,
          }),
        ]
      : [],
  );
}

/** A second way to a gateway: its name leads to one address. */
function twoWaysIn({ peerOrganizations, gateway: service }: LooseExposures): Problem[] {
  const [first] = exposedOf(peerOrganizations, `${base}.peerOrganizations`);
  if (service?.type !== "LoadBalancer" || first === undefined) return [];
  const because = `${first.path}.exposure leads to the gateway, and gateway.<domain> is one address`;
  return [problem({ path: `${base}.gateway.type`, given: service.type, must: "be ClusterIP", because })];
}

function routerPods(fabric: LooseExposures): Problem[] {
  return exposuresOf(fabric).flatMap(({ way, path }) =>
    way.type === "router"
      ? [
          ...unpinned([{ value: way.image, path: `${path}.exposure.image` }]),
          ...aboveLimits(way.resources, `${path}.exposure.resources`),
        ]
      : [],
  );
}

function openExposures(fabric: LooseExposures): Problem[] {
  return exposuresOf(fabric).flatMap(({ way, path }) =>
    way.type === "gateway" || way.type === "none" ? [] : openToAll(way, `${path}.exposure`),
  );
}

/** Other ports of a node's Service, which has the public one too with `inChannels`. */
const takenPorts = {
  ordererOrganizations: [7053, 8443],
  peerOrganizations: [9443],
} as const;

/** A public port that a node's Service has for something else. */
function portsTaken(fabric: LooseExposures): Problem[] {
  return (["ordererOrganizations", "peerOrganizations"] as const).flatMap((section) =>
    exposedOf(fabric[section], `${base}.${section}`).flatMap(({ way, path }) => {
      const taken: readonly number[] = takenPorts[section];
      if (!("inChannels" in way) || way.inChannels !== true || !taken.includes(way.port ?? 0)) return [];
      const because = "with inChannels the nodes' Services have it inside the cluster, too";
      const must = `be another port than ${taken.join(" and ")}`;
      return [problem({ path: `${path}.exposure.port`, given: way.port, must, because })];
    }),
  );
}

/** Ports of the nodes' pods, to which `inChannels` leads own nodes by the public port. */
const nodePorts = { ordererOrganizations: 7050, peerOrganizations: 7051 } as const;

/**
 * Own nodes that a Service with another port than its pods leads to each other. The network plugin of EKS admits a
 * connection to a Service only where both are equal: https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html
 */
function portsOfPods(fabric: LooseExposures, { vendor }: Surroundings): Problem[] {
  if (vendor !== "eks") return [];
  return (["ordererOrganizations", "peerOrganizations"] as const).flatMap((section) =>
    exposedOf(fabric[section], `${base}.${section}`).flatMap(({ way, path }) => {
      const right = nodePorts[section];
      if (!("inChannels" in way) || way.inChannels !== true || way.port === undefined || way.port === right) return [];
      const because =
        "with inChannels own nodes connect by it, and the network plugin of EKS admits connections to a Service only at its pods' port";
      return [problem({ path: `${path}.exposure.port`, given: way.port, should: `be ${right}`, because })];
    }),
  );
}

export const exposureRules: readonly Rule<LooseExposures>[] = [
  error(namesMissing),
  error(twoWaysIn),
  error(portsTaken),
  error(routerPods),
  warning(openExposures),
  warning(portsOfPods),
];
