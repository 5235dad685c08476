import { isEverybody } from "../networks";
import type { StackRule, Subject } from "../rule";
import { entries, items, textAt } from "../values";

/** Load balancers admit only known networks. */
export const loadBalancerSources: StackRule = {
  name: "load-balancer-sources",
  description: "A Service of type LoadBalancer answers to listed networks only, or inside the private network.",
  check: (subjects) => {
    const isAlibaba = subjects.some(({ type }) => type.startsWith("alicloud:cs/"));
    return subjects
      .filter(isLoadBalancer)
      .flatMap((subject) => problemsOf(subject, isAlibaba).map((problem) => ({ subject, problem })));
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

function problemsOf({ properties }: Subject, isAlibaba: boolean): string[] {
  const annotations = new Map(
    entries(properties, "metadata", "annotations").map(([key, value]) => [key, String(value)]),
  );
  const ranges = items(properties, "spec", "loadBalancerSourceRanges").map(String);
  const wide = ranges.filter(isEverybody).map((range) => {
    return `spec.loadBalancerSourceRanges has ${range}, which is everybody or much of it; must list networks that you know`;
  });
  if (wide.length > 0) return wide;
  if (Object.entries(internal).some(([key, value]) => value.test(annotations.get(key) ?? ""))) return [];
  if (ranges.length === 0) {
    return ["spec.loadBalancerSourceRanges is empty, so everybody gets an answer; must list networks, or be internal"];
  }
  // ACK's controller ignores the field: https://github.com/kubernetes/cloud-provider-alibaba-cloud/issues/137
  return isAlibaba && !annotations.has(accessList)
    ? [`spec.loadBalancerSourceRanges has no effect on ACK; must have the annotation ${accessList}, or be internal`]
    : [];
}
