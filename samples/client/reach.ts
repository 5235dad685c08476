import type { Forward, Route } from "../stack/forward";
import type { Organization } from "./outputs";

/**
 * Addresses of gateways and peers for this machine.
 *
 * An address outside the cluster is used unchanged. For a name inside the cluster, the Kubernetes API forwards a port,
 * as in `kubectl port-forward`.
 */
export class Reach {
  private readonly routes: Promise<Route>[] = [];

  constructor(private readonly forward: Forward) {}

  /** `host:port` of an organisation's gateway; without an address outside the cluster, each connection goes to one of its peers. */
  async gateway(organization: Organization): Promise<string> {
    const { endpoint } = organization.gateway;
    const address = publicAddress(organization);
    if (address !== undefined) return address;
    return isClusterName(endpoint) ? this.forwarded(organization, organization.peers) : endpoint;
  }

  /** `host:port` of one peer. */
  async peer(organization: Organization, peer: Organization["peers"][number]): Promise<string> {
    const address = `${peer.host}:${peer.port}`;
    return isClusterName(address) ? this.forwarded(organization, [peer]) : address;
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.routes.splice(0));
    await Promise.all(opened.flatMap((route) => (route.status === "fulfilled" ? [route.value.close()] : [])));
  }

  private async forwarded({ namespace }: Organization, peers: Organization["peers"]): Promise<string> {
    // Each node is a StatefulSet with one pod, number 0, and all peers of an organisation listen on the same port.
    const pods = peers.map(({ name }) => `${name}-0`);
    const route = this.forward(namespace, pods, peers[0]!.port);
    this.routes.push(route);
    const { host, port } = await route;
    return `${host}:${port}`;
  }
}

/** `host:port` of the gateway without its DNS record. Default: unknown. */
function publicAddress({ publicEndpoints = [] }: Organization): string | undefined {
  const found = publicEndpoints.find(({ name }) => name === "gateway");
  return found?.address === undefined ? undefined : `${found.address}:${found.port}`;
}

/** Whether `host:port` has a Service's name inside the cluster, `<service>.<namespace>.svc...`. */
function isClusterName(endpoint: string): boolean {
  return /\.svc(\.[^:]+)?:[0-9]+$/.test(endpoint);
}
