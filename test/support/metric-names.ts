/** Names of the metrics that a PromQL expression reads. */

/** Words of PromQL that stand where a metric's name may: https://prometheus.io/docs/prometheus/latest/querying/operators/ */
const words = new Set([
  "and",
  "or",
  "unless",
  "by",
  "on",
  "offset",
  "ignoring",
  "without",
  "group_left",
  "group_right",
]);

export function metricNames(expression: string): string[] {
  const bare = expression
    .replace(/"[^"]*"/g, "")
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, "")
    // Lists of labels.
    .replace(/\b(by|on|ignoring|without|group_left|group_right)\s*\([^)]*\)/g, "");
  const found = bare.matchAll(/(?<![\w:$.])[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])/g);
  return [...new Set([...found].map(([name]) => name))].filter((name) => !words.has(name) && !/^\d/.test(name));
}
