import { parse } from "yaml";

/** A network that Prometheus watches, from the outputs of its stack. */
export interface WatchedNetwork {
  /** Name of its stack. */
  stack: string;
  /** Namespace whose pods reach the metrics. */
  namespace: string;
  /** YAML: items of `scrape_configs`. */
  scrapeConfigs: string;
  /** YAML: a file of rules. */
  rules: string;
  /** Certificates for the scrapes, by namespace. Empty where nodes ask for none. */
  tls: Readonly<Record<string, ScrapeTls>>;
}

/** PEM. */
export interface ScrapeTls {
  /** Authority that signed the nodes' certificates. */
  authority: string;
  certificate: string;
  privateKey: string;
}

/** Namespaces with pods that give metrics. */
export function scrapedNamespaces({ scrapeConfigs }: WatchedNetwork): string[] {
  const jobs = parse(scrapeConfigs) as { kubernetes_sd_configs: { namespaces: { names: string[] } }[] }[];
  return [...new Set(jobs.flatMap((job) => job.kubernetes_sd_configs.flatMap(({ namespaces }) => namespaces.names)))];
}
