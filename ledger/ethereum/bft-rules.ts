import type { ResolvedChainSettings } from "./chain-settings";
import type { Json } from "./json";

/** Rules of QBFT and IBFT2 in genesis.json; all clients read the same keys. */
export function buildBftRules(settings: ResolvedChainSettings): { [key: string]: Json } {
  return {
    epochlength: settings.epochLength,
    blockperiodseconds: settings.blockPeriodSeconds,
    requesttimeoutseconds: settings.requestTimeoutSeconds,
    ...(settings.emptyBlockPeriodSeconds > 0 ? { emptyblockperiodseconds: settings.emptyBlockPeriodSeconds } : {}),
  };
}
