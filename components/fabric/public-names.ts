/** Public names of a network's own nodes, and the way to them inside the cluster. */
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

type HostAlias = k8s.types.input.core.v1.HostAlias;

/**
 * Public names that lead nodes of the stack to Services of the cluster, rather than through the load balancer. Every node
 * needs all names, its own and those of nodes that are created after it.
 */
export class PublicNames {
  private readonly known: pulumi.Output<HostAlias>[] = [];
  private readonly all: Promise<pulumi.Output<HostAlias>[]>;
  private resolve: (all: pulumi.Output<HostAlias>[]) => void = () => undefined;

  constructor() {
    this.all = new Promise((resolve) => (this.resolve = resolve));
  }

  /** Host aliases of every node. They are known after {@link complete}. */
  get aliases(): pulumi.Output<HostAlias[]> {
    return pulumi.output(this.all).apply((all) => pulumi.all(all));
  }

  /** Adds the public name of a node. @param service Service of the node, with the public port */
  add(host: string, service: k8s.core.v1.Service): void {
    this.known.push(service.spec.clusterIP.apply((ip) => ({ ip, hostnames: [host] })));
  }

  /** Says that every node was added. */
  complete(): void {
    this.resolve(this.known);
  }
}
