import type { AnyResource, Resource } from "./framework/resource";

type Loader = () => Promise<AnyResource>;

/** Loaded on first use: key material needs neither gRPC clients of Fabric nor the Kubernetes client. */
const LOADERS: Record<string, Loader> = {
  "ledger:pki:CertificateAuthority": async () =>
    erase((await import("./pki/resources/certificate-authority.ts")).certificateAuthority),
  "ledger:pki:Certificate": async () => erase((await import("./pki/resources/certificate.ts")).certificate),
  "ledger:ethereum:Account": async () => erase((await import("./ethereum/resources/account.ts")).account),
  "ledger:ethereum:Genesis": async () => erase((await import("./ethereum/resources/genesis.ts")).genesis),
  "ledger:ethereum:ValidatorSet": async () =>
    erase((await import("./ethereum/resources/validator-set.ts")).validatorSet),
  "ledger:ethereum:Rollout": async () => erase((await import("./ethereum/resources/rollout.ts")).ethereumRollout),
  "ledger:fabric:Channel": async () => erase((await import("./fabric/resources/channel.ts")).channel),
  "ledger:fabric:ChannelMembership": async () =>
    erase((await import("./fabric/resources/channel-membership.ts")).channelMembership),
  "ledger:fabric:Rollout": async () => erase((await import("./fabric/resources/rollout.ts")).fabricRollout),
  "ledger:kubernetes:Rollout": async () => erase((await import("./kubernetes/workload-rollout.ts")).workloadRollout),
  "ledger:fabric:Chaincode": async () => erase((await import("./fabric/resources/chaincode.ts")).chaincode),
};

/** Finds a resource type by its token. Throws on one this provider does not have, naming those it has. */
export async function loadResource(type: string): Promise<AnyResource> {
  const load = LOADERS[type];
  if (load === undefined) {
    throw new Error(`resource type "${type}" is unknown; this provider has ${Object.keys(LOADERS).join(", ")}`);
  }
  return load();
}

/** Loads everything that work on nodes needs. Failing to is no fault here: the first use says what is wrong. */
export async function preloadNodeClients(): Promise<void> {
  const onNodes = Object.entries(LOADERS).filter(([type]) => !type.startsWith("ledger:pki:"));
  await Promise.allSettled([import("./kubernetes/port-forward.ts"), ...onNodes.map(([, load]) => load())]);
}

/**
 * Forgets the input and output types. Safe because a resource only ever gets inputs that passed its own
 * `inputs` field and outputs that it made itself.
 */
function erase<I extends object, S extends object>(resource: Resource<I, S>): AnyResource {
  return resource as unknown as AnyResource;
}
