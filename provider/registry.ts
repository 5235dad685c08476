/** All parts of the provider `ledger`. */
import { checkConfiguration, configurationFields, diffConfiguration, readConfiguration } from "./configuration";
import * as ethereum from "./ethereum/declarations";
import * as fabric from "./fabric/declarations";
import { provide, type ProviderPackage } from "./framework/package";
import { createNodeAccess, preload } from "./kubernetes/create-node-access";
import * as kubernetes from "./kubernetes/declarations";
import type { NodeAccess } from "./kubernetes/node-access";
import * as pki from "./pki/declarations";

/** Version that the plugin reports. Program, SDK and plugin live in one repository and change together. */
const providerVersion = "0.1.0";

/**
 * Idle time in milliseconds after which a provider with a cluster loads its modules for nodes (about half a second of
 * work). A run without changes is over by then, and a run that creates nodes is waiting for them.
 */
const preloadAfterMs = 3000;

/** Resources, loaded at their first use: key material needs neither Fabric's gRPC clients nor the Kubernetes client. */
const resources: ProviderPackage<NodeAccess>["resources"] = [
  provide(
    pki.certificateAuthority,
    async () => (await import("./pki/resources/certificate-authority.ts")).certificateAuthority,
  ),
  provide(pki.certificate, async () => (await import("./pki/resources/certificate.ts")).certificate),
  provide(pki.revocationList, async () => (await import("./pki/resources/revocation-list.ts")).revocationList),
  provide(ethereum.account, async () => (await import("./ethereum/resources/account.ts")).account),
  provide(ethereum.genesis, async () => (await import("./ethereum/resources/genesis.ts")).genesis),
  provide(ethereum.validatorSet, async () => (await import("./ethereum/resources/validator-set.ts")).validatorSet),
  provide(ethereum.ethereumRollout, async () => (await import("./ethereum/resources/rollout.ts")).ethereumRollout),
  provide(ethereum.chainPlace, async () => (await import("./ethereum/resources/chain-place.ts")).chainPlace),
  provide(ethereum.chainStart, async () => (await import("./ethereum/resources/chain-start.ts")).chainStart),
  provide(fabric.channel, async () => (await import("./fabric/resources/channel.ts")).channel),
  provide(fabric.approval, async () => (await import("./fabric/resources/approval.ts")).approval),
  provide(
    fabric.channelMembership,
    async () => (await import("./fabric/resources/channel-membership.ts")).channelMembership,
  ),
  provide(fabric.fabricRollout, async () => (await import("./fabric/resources/rollout.ts")).fabricRollout),
  provide(kubernetes.workloadRollout, async () => (await import("./kubernetes/workload-rollout.ts")).workloadRollout),
  provide(kubernetes.halt, async () => (await import("./kubernetes/halt.ts")).halt),
  provide(kubernetes.restorePoint, async () => (await import("./kubernetes/restore-point.ts")).restorePoint),
  provide(fabric.chaincode, async () => (await import("./fabric/resources/chaincode.ts")).chaincode),
];

export const ledger: ProviderPackage<NodeAccess> = {
  name: "ledger",
  version: providerVersion,
  description: "On-chain state of private blockchain networks, and the keys and certificates of their nodes.",
  configuration: { fields: configurationFields, check: checkConfiguration, diff: diffConfiguration },
  connect(configuration) {
    const { kubeconfig } = readConfiguration(configuration);
    if (kubeconfig !== undefined) setTimeout(() => void preloadForNodes(), preloadAfterMs).unref();
    return createNodeAccess(kubeconfig);
  },
  resources,
};

async function preloadForNodes(): Promise<void> {
  const onNodes = resources.filter(({ declaration }) => !declaration.token.startsWith("ledger:pki:"));
  await Promise.allSettled([preload(), ...onNodes.map(({ load }) => load())]);
}
