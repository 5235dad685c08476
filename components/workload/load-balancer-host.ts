import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** Name or address of a Service's load balancer. */
export function loadBalancerHost(service: k8s.core.v1.Service): pulumi.Output<string> {
  return service.status.loadBalancer.ingress.apply((ingress) => {
    const [first] = ingress ?? [];
    return first?.hostname ?? first?.ip ?? "";
  });
}
