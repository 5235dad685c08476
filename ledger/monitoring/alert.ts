/** Alerts of Prometheus about a network: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/ */

export interface Alert {
  /** In CamelCase. Its runbook is the section of this name in docs/operations.md. */
  name: string;
  /** `critical`: the network does not serve, or soon will not. `warning`: it serves with less than it should have. */
  severity: "critical" | "warning";
  /**
   * PromQL with placeholders: `$NODES` are label matchers that select the network's series, `$ALONE` a further one that
   * leaves out channels with orderers of partners, `$HEIGHT` and `$PEERS` metrics of an Ethereum client, `$WINDOW` the time
   * in which a chain makes a block, `$RENEW_BEFORE` seconds before a certificate's end.
   */
  expr: string;
  /** Time that the expression must hold, in Prometheus' form. */
  for: string;
  /** One line. Names in `{{ }}` are labels of what the expression gives. */
  summary: string;
  /** The likely causes and the first remedy. */
  description: string;
}

/** Values of the placeholders in expressions: `NODES` for `$NODES`. */
export type Placeholders = Readonly<Record<string, string>>;

/** @throws Error for a placeholder without a value */
export function fillIn(text: string, values: Placeholders): string {
  return text.replace(/\$([A-Z_]+)/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for $${name} in ${text}`);
    return value;
  });
}

/** Names of the series that the rules themselves record; both carry the labels `namespace`, and `pod` or `certificate`. */
export const recorded = {
  /** 1 for each node that the stack file asks for. */
  node: "ledger:node:expected",
  /** End of validity of a certificate, in seconds since 1970. */
  certificate: "ledger:certificate:not_after_seconds",
} as const;
