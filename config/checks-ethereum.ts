/** Rules of an Ethereum network that span several values, most of them the domain's own. */
import { clientFacts, type Client, type Consensus } from "../ledger/ethereum/client";
import { warnClientOptions } from "../ledger/ethereum/client-options";
import { warnClientVersion } from "../ledger/ethereum/client-version";
import { warnGenesisSettings } from "../ledger/ethereum/genesis-settings";
import { warnValidatorCount } from "../ledger/ethereum/validators";
import type { Problem } from "../ledger/problem";
import { ethereumCheck, type Check, type LooseEthereum } from "./check";
import { accessChecks } from "./checks-ethereum-access";
import { chainChecks } from "./checks-ethereum-chain";
import { clientChecks } from "./checks-ethereum-client";
import { canBeFree } from "./ethereum";
import { base, clientOf, settingsOf, validatorCountOf, versionOf } from "./ethereum-section";

const policiesEnforced: Check = ({ cluster, network }) => {
  if (cluster?.vendor !== "existing" || cluster.networkPolicyEnforced !== false) return [];
  if (network?.ethereum?.networkPolicy?.required !== true) return [];
  return [
    {
      path: "cluster.networkPolicyEnforced",
      message:
        "given false; must be true, once you know that the cluster's network plugin enforces NetworkPolicy objects. " +
        `To run without that isolation set ${base}.networkPolicy.required to false`,
    },
  ];
};

export const ethereumChecks: readonly Check[] = [...clientChecks, ...chainChecks, ...accessChecks, policiesEnforced];

const warnings = ethereumCheck((ethereum, { cluster }) => {
  const client = clientOf(ethereum);
  if (client === undefined) return [];
  const release = versionOf(ethereum, client);
  const consensus: Consensus = ethereum.genesis?.consensus ?? clientFacts[client].consensus[0];
  // Regions of clouds have three zones; a machine of one's own has none worth the name.
  const zones = cluster?.vendor === "local" ? 0 : 3;
  return [
    ...warnClientVersion(client, release, `${base}.version`),
    ...(Object.keys(ethereum.options ?? {}).length > 0
      ? warnClientOptions({ client, version: release }, `${base}.options`)
      : []),
    ...(ethereum.genesis === undefined ? [] : warnGenesisSettings(settingsOf(ethereum, client), `${base}.genesis`)),
    ...warnPoverty(ethereum, client),
    ...(validatorCountOf(ethereum) === 0
      ? []
      : warnValidatorCount(consensus, validatorCountOf(ethereum), zones, `${base}.validators`)),
  ];
});

/** Where gas has a price, somebody has to have ether, and on these chains nobody earns any. */
function warnPoverty({ genesis: settings, genesisFile, join, faucet }: LooseEthereum, client: Client): Problem[] {
  const isFree = settings?.freeGas ?? canBeFree(client);
  const isMadeElsewhere = genesisFile !== undefined || join !== undefined;
  const isFunded = faucet !== undefined || Object.keys(settings?.alloc ?? {}).length > 0;
  if (isFree || isMadeElsewhere || isFunded) return [];
  const right = "add `faucet: {}`, or accounts to `genesis.alloc`";
  return [{ path: base, message: `gas has a price, and no account has ether to pay it; ${right}` }];
}

export const ethereumWarnings: readonly Check[] = [warnings];
