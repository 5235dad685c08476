/** Connections to the nodes of a cluster. The first use loads the Kubernetes client: key material needs none. */
import { ProviderError } from "../framework/errors";
import type { Dialer, PodAddress } from "./dialer";
import type { NodeAccess } from "./node-access";
import type { Restarter } from "./restarter";
import type { VolumeReader } from "./volume-reader";

/** @param kubeconfig Its text. Without it, every use fails with a message that says so. */
export function createNodeAccess(kubeconfig: string | undefined): NodeAccess {
  return {
    dialer: createDialer(kubeconfig),
    restarter: createRestarter(kubeconfig),
    volumes: createVolumeReader(kubeconfig),
  };
}

/** Loads all modules for work on nodes. A failure has no effect here: the first use reports it. */
export async function preload(): Promise<void> {
  await Promise.allSettled([import("./port-forward.ts"), import("./stateful-pods.ts")]);
}

function createDialer(kubeconfig: string | undefined): Dialer {
  if (kubeconfig === undefined) return unconfigured;
  let dialer: Promise<Dialer> | undefined;
  const load = (): Promise<Dialer> =>
    (dialer ??= import("./port-forward.ts").then(({ createPortForwardDialer }) => createPortForwardDialer(kubeconfig)));
  return {
    dial: async (node, port, options) => (await load()).dial(node, port, options),
    presence: async (node, signal) => (await load()).presence(node, signal),
  };
}

function createRestarter(kubeconfig: string | undefined): Restarter {
  let restarter: Promise<Restarter> | undefined;
  const load = (node: { name: string }): Promise<Restarter> => {
    if (kubeconfig === undefined) throw noKubeconfig(node, "pod");
    return (restarter ??= import("./stateful-pods.ts").then(({ StatefulPods }) => new StatefulPods(kubeconfig)));
  };
  return {
    condition: async (node, options) => (await load(node)).condition(node, options),
    restart: async (node, options) => (await load(node)).restart(node, options),
    replace: async (node, options) => (await load(node)).replace(node, options),
    isOn: async (node, options) => (await load(node)).isOn(node, options),
    stop: async (node, options) => (await load(node)).stop(node, options),
    start: async (node, options) => (await load(node)).start(node, options),
    untilAvailable: async (node, options) => (await load(node)).untilAvailable(node, options),
    untilRolledOut: async (workload, options) => (await load(workload)).untilRolledOut(workload, options),
  };
}

function createVolumeReader(kubeconfig: string | undefined): VolumeReader {
  let reader: Promise<VolumeReader> | undefined;
  const load = (owner: { name: string }): Promise<VolumeReader> => {
    if (kubeconfig === undefined) throw noKubeconfig(owner, "volume");
    return (reader ??= import("./cluster-volumes.ts").then(({ ClusterVolumes }) => new ClusterVolumes(kubeconfig)));
  };
  return {
    claims: async (owner, options) => (await load(owner)).claims(owner, options),
    snapshots: async (owner, options) => (await load(owner)).snapshots(owner, options),
  };
}

function noKubeconfig({ name }: { name: string }, what: string): ProviderError {
  return new ProviderError(`node ${name}: this ledger provider was given no kubeconfig and so reaches no ${what}.`);
}

const refuse = async (node: PodAddress): Promise<never> => {
  throw new ProviderError(
    `node ${node.name}: this ledger provider was given no kubeconfig and so reaches no node. ` +
      "Pass one to LedgerProvider and the provider to the resource.",
  );
};

const unconfigured: Dialer = { dial: refuse, presence: refuse };
