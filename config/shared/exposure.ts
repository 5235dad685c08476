/** Exposure of a network's Service: its clients, and its load balancer. */
import { annotations, choice, cidr, dnsLabel, list, oneLine } from "../kit/fields";
import { isEverybody } from "../kit/networks";
import { entriesOf } from "../kit/rule";
import { problem, type Problem } from "../../lib/problem";

/**
 * Fields of a Service for clients.
 *
 * @param texts.people Right of clients in a network, for example `clients may connect`.
 * @param texts.pods Right of a namespace's pods, for example `may connect`.
 */
export function exposure(texts: { type: string; annotations?: string; people: string; pods: string }) {
  return {
    type: choice(["ClusterIP", "LoadBalancer"]).default("ClusterIP").describe(texts.type),
    externalTrafficPolicy: choice(["Cluster", "Local"])
      .default("Local")
      .describe("LoadBalancer only. `Local` keeps the client's address, which `clientCidrs` needs on most clouds."),
    annotations: annotations(oneLine("an annotation")).describe(texts.annotations ?? "Annotations of the Service."),
    clientCidrs: list(cidr(), { of: "networks" })
      .default([])
      .describe(`Networks whose ${texts.people}. A LoadBalancer needs at least one.`),
    clientNamespaces: list(dnsLabel(63), { of: "namespaces" })
      .default([])
      .describe(`Namespaces of the cluster whose pods ${texts.pods}.`),
  };
}

interface Exposed {
  type?: string | undefined;
  clientCidrs?: readonly (string | undefined)[] | undefined;
}

/** Problem of a load balancer that admits no client. */
export function unreachable(service: Exposed | undefined, path: string): Problem[] {
  if (service?.type !== "LoadBalancer" || service.clientCidrs?.length !== 0) return [];
  const must = 'list the networks whose clients may connect, for example ["10.0.0.0/8"]';
  return [problem({ path: `${path}.clientCidrs`, given: [], must, because: "type is LoadBalancer" })];
}

/** Warning of a Service that admits everybody, most likely a mistake in a private network. */
export function openToAll(service: Exposed | undefined, path: string): Problem[] {
  return openNetworks(service?.clientCidrs, `${path}.clientCidrs`);
}

/** Warning of each network that is the whole internet. */
export function openNetworks(networks: readonly (string | undefined)[] | undefined, path: string): Problem[] {
  return entriesOf(networks, path).flatMap(({ item, path: at }) =>
    isEverybody(item)
      ? [
          problem({
            path: at,
            given: item,
            should: "be a network that you know",
            because: "this one is the whole internet, or too much of it",
          }),
        ]
      : [],
  );
}
