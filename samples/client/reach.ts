import type { Dialer, Route } from "../../provider/clients/dialer";
import type { Organization } from "./stack";

/** Longest wait for a pod to be ready and its port to be forwarded, in seconds. */
const ROUTE_SECONDS = 120;

/**
 * Ways from this machine to gateways and peers.
 *
 * What has an address outside the cluster is connected to as it is. What has only a name inside is reached through
 * the Kubernetes API's port-forward, as `kubectl port-forward` does.
 */
export class Reach {
  private readonly routes: Promise<Route>[] = [];

  constructor(private readonly dialer: Dialer) {}

  /** `host:port` of an organisation's gateway: of its first peer where the gateway has no outside address. */
  async gateway(name: string, organization: Organization): Promise<string> {
    const { endpoint } = organization.gateway;
    return isClusterName(endpoint) ? this.peer(name, organization, organization.peers[0]!) : endpoint;
  }

  /** `host:port` that leads to one peer. */
  async peer(name: string, organization: Organization, peer: Organization["peers"][number]): Promise<string> {
    const address = `${peer.host}:${peer.port}`;
    if (!isClusterName(address)) return address;
    const node = {
      name: `${name}/${peer.name}`,
      mspId: organization.mspId,
      namespace: organization.namespace,
      // Each node is a StatefulSet of one, and its only pod is number 0.
      pod: `${peer.name}-0`,
      host: peer.host,
      port: peer.port,
      tlsCaCertificates: organization.gateway.tlsCaCertificate,
    };
    const options = { signal: AbortSignal.timeout(ROUTE_SECONDS * 1000), status: () => undefined };
    const route = this.dialer.dial(node, peer.port, options);
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
