/**
 * Alerts about channels and certificates of a Fabric network. Metrics of orderers and peers: docs/source/metrics_reference.rst
 * of https://github.com/hyperledger/fabric, and pkg/api/metrics.go of https://github.com/hyperledger-labs/SmartBFT. Fabric
 * has no metric for the end of a certificate: the rules record it.
 */
import { recorded, type Alert } from "./alert";

/**
 * Matcher for channels that are all seen: where partners run orderers, the leader may be theirs, and this network's own
 * orderers are too few by themselves. Such channels have `FabricChannelStalled`.
 *
 * @param shared Channels with orderers of partners.
 */
export function aloneMatcher(shared: readonly string[]): string {
  return shared.length === 0 ? "" : `, channel!~"${shared.map((name) => name.replaceAll(".", "[.]")).join("|")}"`;
}

/** Orderers that a BFT channel needs: ceil((n + f + 1) / 2), with f = floor((n - 1) / 3) of them at fault. */
const bftSize = "max by (channel) (consensus_BFT_cluster_size{$NODES$ALONE})";
const bftQuorum = `ceil((${bftSize} + floor((${bftSize} - 1) / 3) + 1) / 2)`;

export const fabricAlerts: readonly Alert[] = [
  {
    name: "FabricChannelWithoutLeader",
    severity: "critical",
    // An orderer of a BFT channel that leaves a view has no leader until it is in the next one.
    expr: [
      "max by (channel) (consensus_etcdraft_is_leader{$NODES$ALONE}) == 0",
      "min by (channel) (consensus_smartbft_viewchange_next_view{$NODES} - consensus_smartbft_viewchange_current_view{$NODES}) > 0",
    ].join(" or "),
    for: "30s",
    summary: "Channel {{ $labels.channel }} has no leader",
    description:
      "No orderer leads the channel, so no transaction is ordered. Without a majority of its orderers there can be no leader: bring back those that are down.",
  },
  {
    name: "FabricChannelWithoutQuorum",
    severity: "critical",
    expr: [
      "count by (channel) (consensus_etcdraft_cluster_size{$NODES$ALONE}) <= max by (channel) (consensus_etcdraft_cluster_size{$NODES$ALONE}) / 2",
      `count by (channel) (consensus_BFT_cluster_size{$NODES$ALONE}) < ${bftQuorum}`,
    ].join(" or "),
    for: "1m",
    summary: "Channel {{ $labels.channel }} has {{ $value }} orderers left, which are too few to order",
    description: "Bring back the orderers that are down: LedgerNodeDown names them.",
  },
  {
    name: "FabricChannelStalled",
    severity: "critical",
    expr: [
      "sum by (channel) (increase(broadcast_processed_count{$NODES}[5m])) > 0",
      "(max by (channel) (ledger_blockchain_height{$NODES}) - max by (channel) (ledger_blockchain_height{$NODES} offset 5m)) == 0",
    ].join(" and on (channel) "),
    for: "1m",
    summary: "Channel {{ $labels.channel }} takes transactions and makes no block",
    description:
      "Clients submit, and the height has stood still for five minutes. Look for FabricChannelWithoutLeader, then into the logs of the orderers.",
  },
  {
    name: "FabricNodeBehind",
    severity: "warning",
    // Blocks that any node had a minute ago, every node must have now.
    expr: "ledger_blockchain_height{$NODES} < on (channel) group_left () max by (channel) (ledger_blockchain_height{$NODES} offset 1m)",
    for: "5m",
    summary: "{{ $labels.namespace }}/{{ $labels.pod }} is behind on channel {{ $labels.channel }}",
    description:
      "The node has stayed behind the others. One that was away catches up by itself; one whose height stands still hangs or cannot open its ledger: look into its log, then delete its pod.",
  },
  {
    name: "FabricEndorsementFailures",
    severity: "warning",
    expr: `sum by (namespace, pod, channel, chaincode) (rate(endorser_proposal_duration_count{$NODES, success="false", chaincode!~"_lifecycle|.scc"}[5m])) / sum by (namespace, pod, channel, chaincode) (rate(endorser_proposal_duration_count{$NODES, chaincode!~"_lifecycle|.scc"}[5m])) > 0.1`,
    for: "2m",
    summary:
      "{{ $labels.namespace }}/{{ $labels.pod }} refuses {{ $value | humanizePercentage }} of the calls to {{ $labels.chaincode }} on channel {{ $labels.channel }}",
    description:
      "The chaincode's pods are down or answer with errors, or its definition lacks an approval. The log of the peer gives the reason of each refusal.",
  },
  {
    name: "FabricTransactionsInvalid",
    severity: "warning",
    expr: `sum by (namespace, pod, channel) (rate(ledger_transaction_count{$NODES, validation_code!="VALID"}[5m])) / sum by (namespace, pod, channel) (rate(ledger_transaction_count{$NODES}[5m])) > 0.1`,
    for: "5m",
    summary: "{{ $value | humanizePercentage }} of the transactions on channel {{ $labels.channel }} are invalid",
    description:
      "The label validation_code of ledger_transaction_count says why: conflicts of clients that write the same keys (MVCC_READ_CONFLICT), or endorsements that do not satisfy the policy.",
  },
  {
    name: "FabricCertificateDue",
    severity: "warning",
    // A CA has a year between its renewal and its end, and the runs that renew its certificates renew it as well.
    expr: `${recorded.certificate}{$NODES, kind!="authority"} - time() < $RENEW_BEFORE`,
    for: "1h",
    summary: "Certificate {{ $labels.certificate }} of {{ $labels.namespace }} ends in {{ $value | humanizeDuration }}",
    description: "Run make up: it renews the certificate with the same key and restarts the node that carries it.",
  },
  {
    name: "FabricCertificateEnds",
    severity: "critical",
    expr: `${recorded.certificate}{$NODES} - time() < 604800`,
    for: "1h",
    summary: "Certificate {{ $labels.certificate }} of {{ $labels.namespace }} ends in {{ $value | humanizeDuration }}",
    description:
      "A node whose certificate has ended serves nobody. Run make up now: it renews the certificate with the same key and restarts the node that carries it.",
  },
];
