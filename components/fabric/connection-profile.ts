/** Common connection profile: https://hyperledger.github.io/fabric-sdk-node/release-1.4/tutorial-network-config.html */

export interface ConnectionProfileSpec {
  network: string;
  organization: string;
  mspId: string;
  /** `host:port` for clients. */
  gatewayEndpoint: string;
  /** Name for the gateway in the peers' TLS certificates. */
  gatewayHost: string;
  peers: { name: string; host: string; port: number }[];
  tlsCaCertificate: string;
}

/**
 * Connections of an organisation's client libraries: the gateway first, then each peer by its public name, or else by its
 * name in the cluster.
 */
export function buildConnectionProfile(spec: ConnectionProfileSpec) {
  const tlsCACerts = { pem: spec.tlsCaCertificate };
  const entry = (address: string, tlsName: string) => ({
    url: `grpcs://${address}`,
    tlsCACerts,
    grpcOptions: { "ssl-target-name-override": tlsName, hostnameOverride: tlsName },
  });
  const gateway = `gateway.${spec.organization}`;
  const peers = spec.peers.map(
    ({ name, host, port }) => [`${name}.${spec.organization}`, entry(`${host}:${port}`, host)] as const,
  );
  return {
    name: `${spec.network}-${spec.organization}`,
    version: "1.0.0",
    client: { organization: spec.organization },
    organizations: {
      [spec.organization]: { mspid: spec.mspId, peers: [gateway, ...peers.map(([name]) => name)] },
    },
    peers: { [gateway]: entry(spec.gatewayEndpoint, spec.gatewayHost), ...Object.fromEntries(peers) },
  };
}
