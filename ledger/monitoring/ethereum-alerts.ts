/** Alerts about the chain of an Ethereum network. Metrics of the clients stand in their facts: ledger/ethereum/clients. */
import { recorded, type Alert } from "./alert";

const rising = "(max by (namespace) ($HEIGHT{$NODES}) > max by (namespace) ($HEIGHT{$NODES} offset 5m))";

/** Time in which a chain that works makes a block: five minutes, or three of its longest pauses. */
export function blockWindow(longestPauseSeconds: number): string {
  return `${Math.max(5, Math.ceil((3 * longestPauseSeconds) / 60))}m`;
}

export const ethereumAlerts: readonly Alert[] = [
  {
    name: "EthereumChainStalled",
    severity: "critical",
    expr: "max by (namespace) ($HEIGHT{$NODES}) == max by (namespace) ($HEIGHT{$NODES} offset $WINDOW)",
    for: "1m",
    summary: "The chain of {{ $labels.namespace }} makes no blocks",
    description:
      "QBFT and IBFT2 need more than two thirds of the validators, Clique more than half. Bring back those that LedgerNodeDown names.",
  },
  {
    name: "EthereumValidatorSilent",
    severity: "warning",
    expr: `${recorded.node}{$NODES, component="validator"} unless on (namespace, pod) (delta($HEIGHT{$NODES}[5m]) > 0) and on (namespace) ${rising}`,
    for: "1m",
    summary: "Validator {{ $labels.pod }} of {{ $labels.namespace }} takes no part in the chain",
    description:
      "The others make blocks and this validator has none of them: it is away, hangs, or has no peers. Look at its pod and its log, then delete the pod.",
  },
  {
    name: "EthereumNodeBehind",
    severity: "warning",
    expr: "$HEIGHT{$NODES} < on (namespace) group_left () max by (namespace) ($HEIGHT{$NODES} offset 1m)",
    for: "5m",
    summary: "{{ $labels.namespace }}/{{ $labels.pod }} is behind the chain",
    description:
      "The node has stayed behind the others. One that was away catches up by itself; one whose height stands still hangs: look into its log, then delete its pod.",
  },
  {
    name: "EthereumNodeWithoutPeers",
    severity: "warning",
    expr: "$PEERS{$NODES} == 0",
    for: "5m",
    summary: "{{ $labels.namespace }}/{{ $labels.pod }} has no peers",
    description:
      "The node is connected to nobody. Look for its peers' pods, for the policies of the namespace, and for names that do not resolve in its log.",
  },
];
