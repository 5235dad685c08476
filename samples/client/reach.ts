import type { Forward, Route } from "../stack/forward";
import type { Organization } from "./outputs";

/**
 * Ways from this machine to gateways and peers.
 *
 * What has an address outside the cluster is connected to as it is. What has only a name inside is reached through
 * the Kubernetes API's port-forward, as `kubectl port-forward` does.
 */
export class Reach {
  private readonly routes: Promise<Route>[] = [];

  constructor(private readonly forward: Forward) {}

  /** `host:port` of an organisation's gateway: of its first peer where the gateway has no outside address. */
  async gateway(organization: Organization): Promise<string> {
    const { endpoint } = organization.gateway;
    return isClusterName(endpoint) ? this.peer(organization, organization.peers[0]!) : endpoint;
  }

  /** `host:port` that leads to one peer. */
  async peer(organization: Organization, peer: Organization["peers"][number]): Promise<string> {
    const address = `${peer.host}:${peer.port}`;
    if (!isClusterName(address)) return address;
    // Each node is a StatefulSet of one, and its only pod is number 0.
    const route = this.forward(organization.namespace, `${peer.name}-0`, peer.port);
    this.routes.push(route);
    const { host, port } = await route;
    return `${host}:${port}`;
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.routes.splice(0));
    await Promise.all(opened.flatMap((route) => (route.status === "fulfilled" ? [route.value.close()] : [])));
  }
}

/** Whether `host:port` names a Service by its name inside the cluster, `<service>.<namespace>.svc...`. */
function isClusterName(endpoint: string): boolean {
  return /\.svc(\.[^:]+)?:[0-9]+$/.test(endpoint);
}
