/**
 * Owners of the orderers that an update makes consenters. Fabric asks only for a majority of the ordering organisations, one of
 * which could so count an orderer of another that has not joined, and cost the channel its tolerance.
 */
import { isDeepStrictEqual } from "node:util";
import type { Config, ConfigUpdate } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { chainsToRoot } from "./certificate-chain";
import type { ChannelConfig, Consenter } from "./channel-config";
import { describeChannelConfig } from "./config-decode";
import { applyConfigUpdate } from "./config-diff";
import { addressText, normalizeChannelConfig } from "./config-normal-form";
import { isSatisfiedBy, requiredSigners, type RequiredSigners } from "./config-signers";

/**
 * Every signature that this program wants under an update: those of the channel's policies, and that of the owner of each consenter that
 * comes or changes, where the policies are content without it.
 */
export function wantedSigners(channelId: string, current: Config, update: ConfigUpdate): RequiredSigners[] {
  const byPolicies = requiredSigners(current, update);
  const before = normalizeChannelConfig(describeChannelConfig(channelId, current));
  const after = normalizeChannelConfig(describeChannelConfig(channelId, applyConfigUpdate(current, update)));
  // A change of the consensus makes nobody a consenter.
  if (before.consensus !== after.consensus) return byPolicies;
  const everybody = [...before.ordererOrganizations, ...before.peerOrganizations].map(({ msp }) => msp.mspId);
  const isImplied = (owners: readonly string[]): boolean => {
    const others = everybody.filter((mspId) => !owners.includes(mspId));
    return byPolicies.some(({ rule }) => !isSatisfiedBy(rule, others));
  };
  const byOwners = after.consenters
    .filter((consenter) => !before.consenters.some((each) => isDeepStrictEqual(each, consenter)))
    .flatMap((consenter): RequiredSigners[] => {
      const owners = ownersOf(consenter, before);
      if (owners.length === 0 || isImplied(owners)) return [];
      const of = owners.map((mspId) => ({ mspId }));
      return [{ policy: `the owner of consenter ${addressText(consenter)}`, rule: { n: 1, of } }];
    });
  return [...byPolicies, ...byOwners];
}

/**
 * MSP ids of the organisations that may own a consenter. Raft records nothing of its owner, so these are the ordering organisations whose
 * authorities its TLS certificate leads to.
 */
export function ownersOf(
  consenter: Consenter,
  { ordererOrganizations }: Pick<ChannelConfig, "ordererOrganizations">,
): string[] {
  return ordererOrganizations
    .filter(({ msp }) =>
      consenter.mspId === ""
        ? chainsToRoot(consenter.clientTlsCertificate, msp.tlsCaCertificates)
        : msp.mspId === consenter.mspId,
    )
    .map(({ msp }) => msp.mspId);
}
