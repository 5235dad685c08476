import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** Name or address that the load balancer of a Service got. */
export function loadBalancerHost(service: k8s.core.v1.Service): pulumi.Output<string> {
  return service.status.loadBalancer.ingress.apply((ingress) => {
    const [first] = ingress ?? [];
    return first?.hostname ?? first?.ip ?? "";
  });
}
