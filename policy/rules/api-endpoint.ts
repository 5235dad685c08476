import { problem, type Problem } from "../../lib/problem";
import { checkNetwork } from "../networks";
import { checkByType, type ResourceRule, type TypeChecks } from "../rule";
import { at, items, textAt } from "../values";

/** The Kubernetes API of a managed cluster: private, or open to listed networks only. */
export const apiEndpoint: ResourceRule = {
  name: "api-endpoint",
  description: "The Kubernetes API of a managed cluster answers to listed networks only, or is private.",
  check: (subject) => checkByType(checks, subject),
};

const checks: TypeChecks = [
  [/^aws:eks\/cluster:Cluster$/, checkEks],
  [/^gcp:container\/cluster:Cluster$/, checkGke],
  [/^azure-native:containerservice(\/\w+)?:ManagedCluster$/, checkAks],
  [/^alicloud:cs\/(managedKubernetes|kubernetes|edgeKubernetes|serverlessKubernetes):\w+$/, checkAck],
];

function checkEks(properties: unknown): Problem[] {
  // Amazon's defaults: public, and open to everybody.
  if (at(properties, "vpcConfig", "endpointPublicAccess") === false) return [];
  return checkRanges(properties, "vpcConfig.publicAccessCidrs", "vpcConfig.endpointPublicAccess: false");
}

function checkGke(properties: unknown): Problem[] {
  const dns = "controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic";
  const because = "the DNS endpoint knows no list of networks";
  const dnsProblems =
    at(properties, ...dns.split(".")) === true ? [problem({ path: dns, given: true, must: "be false", because })] : [];
  if (at(properties, "privateClusterConfig", "enablePrivateEndpoint") === true) return dnsProblems;
  if (at(properties, "controlPlaneEndpointsConfig", "ipEndpointsConfig", "enabled") === false) return dnsProblems;
  return [
    ...dnsProblems,
    ...checkRanges(
      properties,
      "masterAuthorizedNetworksConfig.cidrBlocks",
      "privateClusterConfig.enablePrivateEndpoint: true",
      "cidrBlock",
    ),
  ];
}

function checkAks(properties: unknown): Problem[] {
  if (at(properties, "apiServerAccessProfile", "enablePrivateCluster") === true) return [];
  return checkRanges(
    properties,
    "apiServerAccessProfile.authorizedIPRanges",
    "apiServerAccessProfile.enablePrivateCluster: true",
  );
}

/** Problems of ACK, whose arguments have no list of networks for the load balancer in front of the API. */
function checkAck(properties: unknown): Problem[] {
  const given = at(properties, "slbInternetEnabled");
  const because = "ACK has no list of networks for it, and true is the default";
  return given === false ? [] : [problem({ path: "slbInternetEnabled", given, must: "be false", because })];
}

/**
 * @param path Path of a list of networks.
 * @param privately Setting that makes the API private.
 * @param key Key of the network in each item. Default: the item is the network.
 */
function checkRanges(properties: unknown, path: string, privately: string, key?: string): Problem[] {
  const given = at(properties, ...path.split("."));
  const ranges = items(given);
  const hint = `${privately} makes the API private`;
  if (ranges.length === 0) {
    const because = "an API without a list answers to everybody";
    return [problem({ path, given, must: "list networks", because, hint })];
  }
  return ranges.flatMap((range, index) =>
    key === undefined
      ? checkNetwork(`${path}[${index}]`, textAt(range), hint)
      : checkNetwork(`${path}[${index}].${key}`, textAt(range, key), hint),
  );
}
