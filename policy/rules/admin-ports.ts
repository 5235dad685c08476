import { problem, type Problem } from "../../lib/problem";
import { rpcEndpoints } from "../ethereum-rpc";
import { containersOf, namespaceOf, podLabelsOf, podOf, type Part } from "../pods";
import type { StackRule, Subject } from "../rule";
import { at, entries, items, textAt } from "../values";

/** Administrators' ports stay inside the cluster. */
export const adminPorts: StackRule = {
  name: "admin-ports",
  description: "No Service, Ingress or route opens an administrator's port of a node to the outside.",
  check: (subjects) =>
    subjects.flatMap((subject) =>
      openingsOf(subject, subjects).flatMap((opening) =>
        [...checkPorts(opening), ...checkRpc(opening)].map((found) => ({ subject, problem: found })),
      ),
    ),
};

/** https://hyperledger-fabric.readthedocs.io/en/latest/deployorderer/ordererchecklist.html, operations_service.html */
const closedPorts: Record<number, string> = {
  5984: "CouchDB, the state database of a peer",
  7053: "Fabric's channel participation",
  8443: "operations of an orderer",
  9443: "operations of a peer",
};

/** APIs that change or inspect a node. `txpool` and the other public APIs are not administrators'. */
const closedApis = ["admin", "debug", "personal", "miner", "clique", "istanbul", "qbft", "ibft", "perm", "plugins"];

/** A port that clients outside of the cluster reach, and the pods behind it. */
interface Opening {
  /** Property of the resource that opens the port, and its value. */
  path: string;
  given: string;
  /** Port of the pods, a number or a name. */
  target: string;
  pods: Part[];
}

function openingsOf(subject: Subject, subjects: readonly Subject[]): Opening[] {
  if (subject.type === "kubernetes:core/v1:Service") {
    const type = textAt(subject.properties, "spec", "type");
    const isOpen =
      ["LoadBalancer", "NodePort"].includes(type) || items(subject.properties, "spec", "externalIPs").length > 0;
    return isOpen ? portsOf(subject, subjects).map((port) => ({ ...port, given: port.target })) : [];
  }
  if (!entrances.test(subject.type)) return [];
  return backendsOf(subject).flatMap(({ path, service, port }) => {
    const target = subjects.find((other) => isService(other, service, namespaceOf(subject)));
    const given = `${service}:${port}`;
    if (target === undefined) return [{ path, given, target: port, pods: [] }];
    return portsOf(target, subjects, port).map((opened) => ({ ...opened, path, given }));
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
function portsOf(service: Subject, subjects: readonly Subject[], only?: string): Omit<Opening, "given">[] {
  const pods = selectedPods(service, subjects);
  return items(service.properties, "spec", "ports").flatMap((port, index) => {
    if (only !== undefined && ![textAt(port, "port"), textAt(port, "name")].includes(only)) return [];
    const key = textAt(port, "targetPort") === "" ? "port" : "targetPort";
    return [{ path: `spec.ports[${index}].${key}`, target: textAt(port, key), pods }];
  });
}

interface Backend {
  path: string;
  service: string;
  port: string;
}

function backendsOf({ type, properties }: Subject): Backend[] {
  return type.endsWith(":Ingress") ? ingressBackends(properties) : routeBackends(properties);
}

function ingressBackends(properties: unknown): Backend[] {
  const places: [path: string, backend: unknown][] = [
    ["spec.defaultBackend", at(properties, "spec", "defaultBackend")],
    ...items(properties, "spec", "rules").flatMap((rule, ruleIndex) =>
      items(rule, "http", "paths").map((path, index): [string, unknown] => [
        `spec.rules[${ruleIndex}].http.paths[${index}].backend`,
        at(path, "backend"),
      ]),
    ),
  ];
  return places
    .filter(([, backend]) => at(backend, "service") !== undefined)
    .map(([path, backend]) => ({
      path: `${path}.service`,
      service: textAt(backend, "service", "name"),
      port: textAt(backend, "service", "port", "number") || textAt(backend, "service", "port", "name"),
    }));
}

/** Lists with references to Services: of the Gateway API, and of Traefik. */
const references = [
  ["rules", "backendRefs"],
  ["routes", "services"],
] as const;

function routeBackends(properties: unknown): Backend[] {
  return references.flatMap(([rules, list]) =>
    items(properties, "spec", rules).flatMap((rule, ruleIndex) =>
      items(rule, list).map((reference, index) => ({
        path: `spec.${rules}[${ruleIndex}].${list}[${index}]`,
        service: textAt(reference, "name"),
        port: textAt(reference, "port"),
      })),
    ),
  );
}

function selectedPods(service: Subject, subjects: readonly Subject[]): Part[] {
  const selector = entries(service.properties, "spec", "selector");
  if (selector.length === 0) return [];
  return subjects.flatMap((subject) => {
    const pod = podOf(subject);
    if (pod === undefined || namespaceOf(subject) !== namespaceOf(service)) return [];
    return selector.every(([key, value]) => at(podLabelsOf(subject), key) === value) ? [pod] : [];
  });
}

function checkPorts({ path, given, target, pods }: Opening): Problem[] {
  return portNumbers(target, pods).flatMap((port) => {
    const service = closedPorts[port];
    if (service === undefined) return [];
    const because = `${port} is the port of ${service}, and clients outside of the cluster reach it`;
    return [problem({ path, given, must: "lead to a port for clients", because })];
  });
}

/**
 * Problems of RPC ports. Ethereum clients offer all their APIs on one port, so the rule reads the APIs that the pods
 * enable.
 */
function checkRpc({ path, given, target, pods }: Opening): Problem[] {
  const offers = pods.flatMap((pod) => containersOf(pod).flatMap(({ spec }) => rpcEndpoints(spec)));
  return portNumbers(target, pods).flatMap((port) => {
    const apis = new Set(offers.filter((offer) => offer.port === port).flatMap((offer) => offer.apis));
    const closed = closedApis.filter((api) => apis.has(api));
    if (closed.length === 0) return [];
    const because = `RPC port ${port} has them, and clients outside of the cluster reach it`;
    return [problem({ path, given, must: `lead to nodes without the APIs ${closed.join(", ")}`, because })];
  });
}

/** Numbers of a target port: the number itself, or those that the containers give its name. */
function portNumbers(target: string, pods: readonly Part[]): number[] {
  if (/^\d+$/.test(target)) return [Number(target)];
  const ports = pods.flatMap((pod) => containersOf(pod).flatMap(({ spec }) => items(spec, "ports")));
  const named = ports.filter((port) => textAt(port, "name") === target);
  return [...new Set(named.map((port) => Number(textAt(port, "containerPort"))))];
}
