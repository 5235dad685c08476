import { problem, type Problem } from "../../lib/problem";
import { checkNetwork } from "../networks";
import type { StackRule, Subject } from "../rule";
import { at, entries, items, textAt } from "../values";

/** Load balancers admit only known networks. */
export const loadBalancerSources: StackRule = {
  name: "load-balancer-sources",
  description: "A Service of type LoadBalancer answers to listed networks only, or inside the private network.",
  check: (subjects) => {
    const isAlibaba = subjects.some(({ type }) => type.startsWith("alicloud:cs/"));
    return subjects
      .filter(isLoadBalancer)
      .flatMap((subject) => problemsOf(subject, isAlibaba).map((found) => ({ subject, problem: found })));
  },
};

function isLoadBalancer({ type, properties }: Subject): boolean {
  return type === "kubernetes:core/v1:Service" && textAt(properties, "spec", "type") === "LoadBalancer";
}

/** Annotations that keep a load balancer off the internet, with their values, by cloud. */
const internal: Record<string, RegExp> = {
  "service.beta.kubernetes.io/aws-load-balancer-internal": /^true$/,
  "service.beta.kubernetes.io/aws-load-balancer-scheme": /^internal$/,
  "service.beta.kubernetes.io/azure-load-balancer-internal": /^true$/,
  "networking.gke.io/load-balancer-type": /^Internal$/i,
  "cloud.google.com/load-balancer-type": /^Internal$/i,
  "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type": /^intranet$/,
};

/** https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/add-annotations-to-the-yaml-file-of-a-service-to-configure-clb-instances */
const accessList = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-acl-id";

const hint = "An annotation of the cloud can make the load balancer internal instead";

function problemsOf({ properties }: Subject, isAlibaba: boolean): Problem[] {
  const annotations = new Map(
    entries(properties, "metadata", "annotations").map(([key, value]) => [key, String(value)]),
  );
  const path = "spec.loadBalancerSourceRanges";
  const given = at(properties, "spec", "loadBalancerSourceRanges");
  const wide = items(given).flatMap((range, index) => checkNetwork(`${path}[${index}]`, String(range)));
  if (wide.length > 0) return wide;
  if (Object.entries(internal).some(([key, value]) => value.test(annotations.get(key) ?? ""))) return [];
  if (items(given).length === 0) {
    const because = "everybody gets an answer otherwise";
    return [problem({ path, given, must: "list networks", because, hint })];
  }
  // ACK's controller ignores the field: https://github.com/kubernetes/cloud-provider-alibaba-cloud/issues/137
  if (!isAlibaba || annotations.has(accessList)) return [];
  const must = "name an access list of yours";
  const because = `${path} has no effect on ACK`;
  return [problem({ path: `metadata.annotations["${accessList}"]`, given: undefined, must, because, hint })];
}
