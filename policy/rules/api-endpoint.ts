import { isEverybody } from "../networks";
import type { ResourceRule } from "../rule";
import { at, items, textAt } from "../values";

/** The Kubernetes API of a managed cluster: private, or open to listed networks only. */
export const apiEndpoint: ResourceRule = {
  name: "api-endpoint",
  description: "The Kubernetes API of a managed cluster answers to listed networks only, or is private.",
  check: ({ type, properties }) => checks.find(([types]) => types.test(type))?.[1](properties) ?? [],
};

const checks: [types: RegExp, check: (properties: unknown) => string[]][] = [
  [/^aws:eks\/cluster:Cluster$/, checkEks],
  [/^gcp:container\/cluster:Cluster$/, checkGke],
  [/^azure-native:containerservice(\/\w+)?:ManagedCluster$/, checkAks],
  [/^alicloud:cs\/(managedKubernetes|kubernetes|edgeKubernetes|serverlessKubernetes):\w+$/, checkAck],
];

function checkEks(properties: unknown): string[] {
  // Amazon's defaults: public, and open to everybody.
  if (at(properties, "vpcConfig", "endpointPublicAccess") === false) return [];
  return checkRanges("vpcConfig.publicAccessCidrs", items(properties, "vpcConfig", "publicAccessCidrs"), {
    orElse: "vpcConfig.endpointPublicAccess false",
  });
}

function checkGke(properties: unknown): string[] {
  const dns = "controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic";
  const dnsProblems =
    at(properties, ...dns.split(".")) === true ? [`${dns} is true; must be false: it knows no list of networks`] : [];
  if (at(properties, "privateClusterConfig", "enablePrivateEndpoint") === true) return dnsProblems;
  if (at(properties, "controlPlaneEndpointsConfig", "ipEndpointsConfig", "enabled") === false) return dnsProblems;
  const ranges = items(properties, "masterAuthorizedNetworksConfig", "cidrBlocks").map((block) =>
    at(block, "cidrBlock"),
  );
  return [
    ...dnsProblems,
    ...checkRanges("masterAuthorizedNetworksConfig.cidrBlocks", ranges, {
      orElse: "privateClusterConfig.enablePrivateEndpoint true",
    }),
  ];
}

function checkAks(properties: unknown): string[] {
  if (at(properties, "apiServerAccessProfile", "enablePrivateCluster") === true) return [];
  return checkRanges(
    "apiServerAccessProfile.authorizedIPRanges",
    items(properties, "apiServerAccessProfile", "authorizedIPRanges"),
    { orElse: "apiServerAccessProfile.enablePrivateCluster true" },
  );
}

/** Problems of ACK, whose arguments have no list of networks for the load balancer in front of the API. */
function checkAck(properties: unknown): string[] {
  const value = at(properties, "slbInternetEnabled");
  return value === false
    ? []
    : [`slbInternetEnabled is ${value === undefined ? "missing, which means true" : "true"}; must be false`];
}

function checkRanges(key: string, ranges: readonly unknown[], { orElse }: { orElse: string }): string[] {
  if (ranges.length === 0) {
    return [`${key} is empty, so the API answers to everybody; must list networks, or ${orElse}`];
  }
  return ranges
    .map((range) => textAt(range))
    .filter(isEverybody)
    .map(
      (range) =>
        `${key} has ${range}, which is everybody or much of it; must list networks that you know, or ${orElse}`,
    );
}
