/** Tries every connection between the kinds of pods of a network, from inside the pods. */
import type * as k8s from "@kubernetes/client-node";
import { restricted, type Cluster } from "./kubernetes";

/** Image with a shell and `nc`; every node of the local cluster has it. */
const probeImage = "localhost/busybox:1";

/** A pod that represents its kind: `org1/peer`. */
export interface Party {
  kind: string;
  pod: k8s.V1Pod;
}

/** Port on which the pods of {@link listen} answer. */
const listenPort = 8080;

/** Starts parties of one kind outside the network, one on each of `hosts`, which answer on port 8080. */
export async function listen(
  cluster: Cluster,
  kind: string,
  namespace: string,
  hosts: readonly string[],
  labels: Record<string, string>,
): Promise<Party[]> {
  await cluster.createNamespace(namespace);
  const pods = hosts.map((nodeName, index): k8s.V1Pod => {
    const command = ["httpd", "-f", "-p", String(listenPort)];
    const container = { name: kind, image: probeImage, command, securityContext: restricted };
    return {
      metadata: { name: `${kind}-${index}`, labels: { ...labels, party: `${kind}-${index}` } },
      spec: { nodeName, containers: [container], terminationGracePeriodSeconds: 0 },
    };
  });
  return (await cluster.start(namespace, pods)).map((pod) => ({ kind, pod }));
}

/** A tried connection. */
export interface Attempt {
  from: string;
  to: string;
  port: number;
  connected: boolean;
}

/**
 * Connects from each source to each port of each kind of target, on another node than the source's. A pod on the
 * target's node would prove nothing, because a node's own traffic always reaches its pods.
 *
 * @throws when a kind of target has no pod on another node than a source.
 */
export async function tryAll(
  cluster: Cluster,
  sources: Party[],
  targets: Party[],
  ports: number[],
): Promise<Attempt[]> {
  const perSource = sources.map(async (source) => {
    const kinds = [...new Set(targets.map(({ kind }) => kind))];
    const chosen = kinds.map((kind) => targetFor(source, kind, targets));
    const attempts = chosen.flatMap((target) => ports.map((port) => ({ target, port })));
    const addresses = attempts.map(({ target, port }): [string, number] => [target.pod.status?.podIP ?? "", port]);
    const answers = await connects(cluster, source.pod, addresses);
    return attempts.map(({ target, port }, index) => ({
      from: source.kind,
      to: target.kind,
      port,
      connected: answers[index] ?? false,
    }));
  });
  return (await Promise.all(perSource)).flat();
}

/** Whether a pod can connect to each address and port. */
export async function connects(
  cluster: Cluster,
  source: k8s.V1Pod,
  targets: readonly (readonly [address: string, port: number])[],
): Promise<boolean[]> {
  const script = targets.map(([address, port]) => connectScript(address, port)).join("\n");
  const name = `probe-${Date.now().toString(36)}`;
  const answers = (await cluster.runInPod(source, name, probeImage, ["sh", "-c", script])).trim().split("\n");
  return answers.map((answer) => answer === "yes");
}

/**
 * Prints `yes` or `no`. busybox's `nc` gives up a connection after the seconds of `-w`. When it is connected, it runs
 * until the other side closes or `timeout` ends it: both count as success.
 */
function connectScript(address: string, port: number): string {
  const attempt = `timeout 5 nc -w 3 ${address} ${port} </dev/null >/dev/null 2>&1`;
  return `${attempt}; case $? in 0|124|143) echo yes;; *) echo no;; esac`;
}

function targetFor(source: Party, kind: string, targets: Party[]): Party {
  const found = targets.find(
    (target) => target.kind === kind && target.pod.spec?.nodeName !== source.pod.spec?.nodeName,
  );
  if (!found) throw new Error(`no ${kind} runs on another node than ${source.kind} (${source.pod.spec?.nodeName})`);
  return found;
}
