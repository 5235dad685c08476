/** DNS servers of a network's pods. */
import type { z } from "zod";
import { problem, type Problem } from "../../lib/problem";
import { cidr, dnsLabel, labels, list, map, wholeNumber } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { entriesOf } from "../kit/rule";
import { openNetworks } from "./exposure";

const servers = map({
  namespace: dnsLabel(63).optional().describe("Namespace of the pods that answer. Default: no pod answers."),
  podLabels: labels("pods", '"k8s-app": "kube-dns"')
    .optional()
    .describe("Labels of those pods. Default: all pods of the namespace."),
  cidrs: list(cidr(), { of: "networks" })
    .optional()
    .describe("Networks of servers that are not pods, or are pods with the address of their host. Default: none."),
  ports: list(wholeNumber(1, 65535), { min: 1, of: "ports" })
    .optional()
    .describe("Ports of the servers, for both UDP and TCP. Default: 53."),
});

/** The key `dns` of a network. */
export const dns = list(servers, { min: 1, of: "kinds of DNS servers" })
  .optional()
  .describe(
    "DNS servers that pods may ask, and no others. Default: those of kube-dns, CoreDNS, node-local caches, Cloud DNS, LocalDNS of AKS and OpenShift.",
  );

/** Problems of servers without any address, and of pod labels without a namespace. */
export function dnsSomewhere(given: Loose<z.infer<typeof dns>>, base: string): Problem[] {
  return entriesOf(given, base).flatMap(({ item, path }) => {
    if (item.namespace !== undefined) return [];
    if (item.podLabels !== undefined) {
      return [
        problem({ path: `${path}.namespace`, given: undefined, must: "be the namespace of the pods with `podLabels`" }),
      ];
    }
    return item.cidrs?.length === 0 || item.cidrs === undefined
      ? [problem({ path, given: item, must: "have `namespace` or `cidrs`", because: "no server is named" })]
      : [];
  });
}

/** Warnings of DNS servers that are the whole internet. */
export function openServers(given: Loose<z.infer<typeof dns>>, base: string): Problem[] {
  return entriesOf(given, base).flatMap(({ item, path }) => openNetworks(item.cidrs, `${path}.cidrs`));
}
