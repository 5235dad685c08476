import { rpcEndpoints } from "../ethereum-rpc";
import { containersOf, namespaceOf, podLabelsOf, podSpecOf } from "../pods";
import type { StackRule, Subject } from "../rule";
import { at, entries, items, textAt } from "../values";

/** Administrators' ports stay inside the cluster. */
export const adminPorts: StackRule = {
  name: "admin-ports",
  description: "No Service, Ingress or route opens an administrator's port of a node to the outside.",
  check: (subjects) =>
    subjects.flatMap((subject) =>
      openingsOf(subject, subjects).flatMap((opening) =>
        [...portProblems(opening), ...rpcProblems(opening)].map((problem) => ({ subject, problem })),
      ),
    ),
};

/** https://hyperledger-fabric.readthedocs.io/en/latest/deployorderer/ordererchecklist.html, operations_service.html */
const closedPorts: Record<number, string> = {
  5984: "CouchDB's, a peer's state database",
  7053: "Fabric's channel participation",
  8443: "an orderer's operations",
  9443: "a peer's operations",
};

/** APIs that change or inspect a node. `txpool` and the other public APIs are not administrators'. */
const closedApis = ["admin", "debug", "personal", "miner", "clique", "istanbul", "qbft", "ibft", "perm", "plugins"];

/** A port that clients outside of the cluster reach, and the pods behind it. */
interface Opening {
  /** Means of the access, for example `type LoadBalancer`. */
  way: string;
  /** Port of the pods, a number or a name. */
  target: string;
  pods: unknown[];
}

function openingsOf(subject: Subject, subjects: readonly Subject[]): Opening[] {
  if (subject.type === "kubernetes:core/v1:Service") {
    const type = textAt(subject.properties, "spec", "type");
    if (["LoadBalancer", "NodePort"].includes(type)) return portsOf(subject, subjects, `type ${type}`);
    return items(subject.properties, "spec", "externalIPs").length > 0 ? portsOf(subject, subjects, "externalIPs") : [];
  }
  if (!entrances.test(subject.type)) return [];
  return backendsOf(subject).flatMap(({ service, port }) => {
    const target = subjects.find((other) => isService(other, service, namespaceOf(subject)));
    const way = `a backend ${service}:${port}`;
    if (target === undefined) return [{ way, target: port, pods: [] }];
    return portsOf(target, subjects, way, port);
  });
}

/** Ingresses, and the routes of the Gateway API and of Traefik. Charts are not examined: this project has none. */
const entrances =
  /^kubernetes:(networking\.k8s\.io\/\w+:Ingress|gateway\.networking\.k8s\.io\/\w+:\w+Route|traefik\.(io|containo\.us)\/\w+:IngressRoute(TCP|UDP)?)$/;

function isService(subject: Subject, name: string, namespace: string): boolean {
  return (
    subject.type === "kubernetes:core/v1:Service" &&
    namespaceOf(subject) === namespace &&
    textAt(subject.properties, "metadata", "name") === name
  );
}

/** @param only Number or name of a port of the Service. Default: all ports. */
function portsOf(service: Subject, subjects: readonly Subject[], way: string, only?: string): Opening[] {
  const pods = selectedPods(service, subjects);
  return items(service.properties, "spec", "ports")
    .filter((port) => only === undefined || [textAt(port, "port"), textAt(port, "name")].includes(only))
    .map((port) => ({ way, target: textAt(port, "targetPort") || textAt(port, "port"), pods }));
}

function backendsOf({ type, properties }: Subject): { service: string; port: string }[] {
  if (!type.endsWith(":Ingress")) {
    const references = [
      ...items(properties, "spec", "rules").flatMap((rule) => items(rule, "backendRefs")),
      ...items(properties, "spec", "routes").flatMap((rule) => items(rule, "services")),
    ];
    return references.map((reference) => ({ service: textAt(reference, "name"), port: textAt(reference, "port") }));
  }
  const paths = items(properties, "spec", "rules").flatMap((rule) => items(rule, "http", "paths"));
  return [at(properties, "spec", "defaultBackend"), ...paths.map((path) => at(path, "backend"))]
    .filter((backend) => at(backend, "service") !== undefined)
    .map((backend) => ({
      service: textAt(backend, "service", "name"),
      port: textAt(backend, "service", "port", "number") || textAt(backend, "service", "port", "name"),
    }));
}

function selectedPods(service: Subject, subjects: readonly Subject[]): unknown[] {
  const selector = entries(service.properties, "spec", "selector");
  if (selector.length === 0) return [];
  return subjects
    .filter((subject) => podSpecOf(subject) !== undefined && namespaceOf(subject) === namespaceOf(service))
    .filter((subject) => selector.every(([key, value]) => at(podLabelsOf(subject), key) === value))
    .map(podSpecOf);
}

function portProblems({ way, target, pods }: Opening): string[] {
  return portNumbers(target, pods).flatMap((port) =>
    closedPorts[port] === undefined
      ? []
      : [`opens port ${port}, ${closedPorts[port]}, by ${way}; must be reachable inside the cluster only`],
  );
}

/**
 * Problems of RPC ports. Ethereum clients offer all their APIs on one port, so the rule reads the APIs that the pods
 * enable.
 */
function rpcProblems({ way, target, pods }: Opening): string[] {
  const ports = portNumbers(target, pods);
  const offers = pods.flatMap((pod) => containersOf(pod).flatMap(({ spec }) => rpcEndpoints(spec)));
  return ports.flatMap((port) => {
    const apis = new Set(offers.filter((offer) => offer.port === port).flatMap((offer) => offer.apis));
    const closed = closedApis.filter((api) => apis.has(api));
    return closed.length === 0
      ? []
      : [
          `opens RPC port ${port} by ${way} to pods with the APIs ${closed.join(", ")}; must reach only nodes without them`,
        ];
  });
}

/** Numbers of a target port: the number itself, or those that the containers give its name. */
function portNumbers(target: string, pods: readonly unknown[]): number[] {
  if (/^\d+$/.test(target)) return [Number(target)];
  const ports = pods.flatMap((pod) => containersOf(pod).flatMap(({ spec }) => items(spec, "ports")));
  const named = ports.filter((port) => textAt(port, "name") === target);
  return [...new Set(named.map((port) => Number(textAt(port, "containerPort"))))];
}
