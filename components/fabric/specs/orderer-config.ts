/**
 * An orderer's orderer.yaml.
 *
 * It has only keys that every supported release knows (2.5 to 3.x), since orderers refuse unknown keys; other settings
 * keep the defaults of the orderer's code. Source: sampleconfig/orderer.yaml and orderer/common/localconfig of
 * https://github.com/hyperledger/fabric
 */
import { stringify } from "yaml";
import { ports } from "../names";
import { shortestPingInterval } from "./keepalive";
import { mspPath, productionPath, tlsFiles } from "./paths";
import { withSettings } from "./settings";

const ledgerPath = `${productionPath}/orderer`;

/** @param settings Settings of the stack file, by key: `General.Cluster.SendBufferSize`. Default: none. */
export function buildOrdererConfig(mspId: string, settings: Readonly<Record<string, unknown>> = {}): string {
  return stringify(withSettings(ordererConfig(mspId), settings));
}

function ordererConfig(mspId: string): object {
  const serverTls = { Enabled: true, Certificate: tlsFiles.certificate, PrivateKey: tlsFiles.privateKey };
  return {
    General: {
      ListenAddress: "0.0.0.0",
      ListenPort: ports.orderer.grpc,
      LocalMSPID: mspId,
      LocalMSPDir: mspPath,
      // Channels come by the participation API. Without this value release 2.5 looks for a genesis file.
      BootstrapMethod: "none",
      TLS: {
        ...serverTls,
        RootCAs: [tlsFiles.caCertificate],
        // Orderers identify each other by client certificates that the channel lists, independently of this setting.
        // Clients and peers have no client certificate.
        ClientAuthRequired: false,
      },
      Cluster: {
        ClientCertificate: tlsFiles.certificate,
        ClientPrivateKey: tlsFiles.privateKey,
        RootCAs: [tlsFiles.caCertificate],
      },
      Keepalive: { ServerMinInterval: shortestPingInterval, ServerInterval: "7200s", ServerTimeout: "20s" },
      BCCSP: { Default: "SW", SW: { Hash: "SHA2", Security: 256 } },
      Authentication: { TimeWindow: "15m" },
    },
    FileLedger: { Location: ledgerPath },
    Consensus: { WALDir: `${ledgerPath}/etcdraft/wal`, SnapDir: `${ledgerPath}/etcdraft/snapshot` },
    // A join carries a config block, 5 kB for each organisation. Fabric's default, 1 MB, suffices for some two hundred
    // organisations.
    ChannelParticipation: { Enabled: true, MaxRequestBodySize: "16 MB" },
    Admin: {
      ListenAddress: `0.0.0.0:${ports.orderer.admin}`,
      TLS: { ...serverTls, ClientAuthRequired: true, ClientRootCAs: [tlsFiles.caCertificate] },
    },
    Operations: {
      ListenAddress: `0.0.0.0:${ports.orderer.operations}`,
      // The kubelet has no certificate for /healthz and /version; /metrics and /logspec require one in any case.
      TLS: { ...serverTls, ClientAuthRequired: false, ClientRootCAs: [tlsFiles.caCertificate] },
    },
    Metrics: { Provider: "prometheus" },
  };
}
