/** All that the provider `ledger` consists of. */
import { checkConfiguration, diffConfiguration, readConfiguration } from "./configuration";
import { erase, type ProviderPackage } from "./framework/package";
import { createNodeAccess, preload } from "./kubernetes/create-node-access";
import type { NodeAccess } from "./kubernetes/node-access";

/** Version the plugin reports; the program, the SDK and the plugin live in one repository and change together. */
const VERSION = "0.1.0";

/**
 * Idle time in milliseconds after which a provider with a cluster loads what reaching nodes takes (about half a second
 * of work). By then a run with nothing to do is over, and a run that creates nodes is waiting for them.
 */
const PRELOAD_AFTER_MS = 3000;

/** Loaded on first use: key material needs neither gRPC clients of Fabric nor the Kubernetes client. */
const resources: ProviderPackage<NodeAccess>["resources"] = {
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

export const ledger: ProviderPackage<NodeAccess> = {
  name: "ledger",
  version: VERSION,
  configuration: { check: checkConfiguration, diff: diffConfiguration },
  connect(configuration) {
    const { kubeconfig } = readConfiguration(configuration);
    if (kubeconfig !== undefined) setTimeout(() => void preloadForNodes(), PRELOAD_AFTER_MS).unref();
    return createNodeAccess(kubeconfig);
  },
  resources,
};

async function preloadForNodes(): Promise<void> {
  const onNodes = Object.entries(resources).filter(([type]) => !type.startsWith("ledger:pki:"));
  await Promise.allSettled([preload(), ...onNodes.map(([, load]) => load())]);
}
