/** Metrics and alerts of a network for a monitoring system. */
import type { z } from "zod";
import { dnsLabel, labels, map, text } from "../kit/fields";

/** https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.Duration */
const prometheusDuration = () => text(/^([1-9][0-9]*(ms|s|m|h))+$/, 'a duration of Prometheus, for example "30s"');

const selected = () => labels("an object", 'release: "prometheus"').default({});

const podMonitor = map({
  labels: selected().describe("Labels by which a Prometheus object selects its PodMonitors."),
  interval: prometheusDuration().default("30s").describe("Time between two scrapes."),
  scrapeTimeout: prometheusDuration().default("10s").describe("Longest scrape; at most `interval`."),
})
  .optional()
  .describe(
    "PodMonitor objects of the Prometheus Operator, whose CRDs must be there. Default: none; the output `monitoring` has the scrape configuration.",
  );

const prometheusRule = map({
  labels: selected().describe("Labels by which a Prometheus object selects its PrometheusRules."),
})
  .optional()
  .describe(
    "PrometheusRule object of the Prometheus Operator, in `namespace`. Default: none; the output `monitoring` has the rules.",
  );

export type MonitoringConfig = z.infer<ReturnType<typeof monitoring>>;

/** @param ports Ports that are opened. @param numbers Their numbers. */
export function monitoring(ports: string, numbers: string) {
  return map({
    namespace: dnsLabel(63).describe(`Namespace whose pods may reach the ${ports} (${numbers}).`),
    podMonitor,
    prometheusRule,
    runbookUrl: text(/^\S+$/, "a URL without blanks")
      .default("docs/operations.md")
      .describe("Page to which alerts refer; each has a section of its name there."),
  })
    .optional()
    .describe(
      `Access of a monitoring system to the ${ports}, with scrape configuration and alerts for Prometheus. Default: none.`,
    );
}
