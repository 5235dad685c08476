/** Metrics and alerts of a network for a monitoring system. */
import type { z } from "zod";
import { problem, type Problem } from "../../lib/problem";
import { dnsLabel, labels, map, text } from "../kit/fields";
import type { Loose } from "../kit/json-schema";

/** https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.Duration */
const durationForm = /^(?=.)(?:([1-9][0-9]*)h)?(?:([1-9][0-9]*)m(?!s))?(?:([1-9][0-9]*)s)?(?:([1-9][0-9]*)ms)?$/;

const prometheusDuration = () => text(durationForm, 'a duration of Prometheus, for example "30s"');

/** Milliseconds of a duration; undefined for a text of another form. */
function milliseconds(duration: string | undefined): number | undefined {
  const parts = durationForm.exec(duration ?? "")?.slice(1);
  const factors = [3_600_000, 60_000, 1000, 1];
  return parts?.reduce((sum, part, at) => sum + Number((part as string | undefined) ?? 0) * factors[at]!, 0);
}

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

/** Scrapes that may last longer than the time between two of them, which Prometheus refuses. */
export function scrapesInTime(section: Loose<NonNullable<MonitoringConfig>> | undefined, path: string): Problem[] {
  const { interval, scrapeTimeout: given } = section?.podMonitor ?? {};
  const [between, longest] = [milliseconds(interval), milliseconds(given)];
  if (between === undefined || longest === undefined || longest <= between) return [];
  const must = `be ${interval} (interval) or less`;
  return [problem({ path: `${path}.podMonitor.scrapeTimeout`, given, must })];
}
