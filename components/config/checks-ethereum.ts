/** Rules of an Ethereum network that span several values, most of them the domain's own. */
import type { Client, Consensus } from "../../ledger/ethereum/client";
import { validateClientOptions, warnClientOptions } from "../../ledger/ethereum/client-options";
import { defaultClientVersion, validateClientVersion, warnClientVersion } from "../../ledger/ethereum/client-version";
import { validateGenesisSettings } from "../../ledger/ethereum/genesis-validation";
import { warnGenesisSettings, type GenesisSettings } from "../../ledger/ethereum/genesis-settings";
import { validateDistinctKeys, validatePrivateKey } from "../../ledger/ethereum/key";
import { warnValidatorCount } from "../../ledger/ethereum/validators";
import { clientFacts } from "../../ledger/ethereum/client";
import { duplicates, entriesOf, ethereumCheck, type Check, type LooseEthereum } from "./check";
import { isPinned, withinLimit } from "./checks-platform";
import { reservedNodeNames } from "./ethereum-names";
import { given, show, type Problem } from "./problem";

const base = "network.ethereum";

function clientOf({ client }: LooseEthereum): Client | undefined {
  return client !== undefined && client in clientFacts ? client : undefined;
}

function versionOf(ethereum: LooseEthereum, client: Client): string {
  return ethereum.version ?? defaultClientVersion[client];
}

/** Settings with as many stand-ins as there are validators: their keys are made later, and none of the rules asks for them. */
function settingsOf(ethereum: LooseEthereum, client: Client): GenesisSettings {
  const genesis = ethereum.genesis as Omit<GenesisSettings, "client" | "validators"> | undefined;
  const validators = entriesOf(ethereum.validators).map(
    ({ index }) => `0x${(index + 1).toString(16).padStart(40, "0")}`,
  );
  return { chainId: 1337, ...genesis, client, validators };
}

const version = ethereumCheck((ethereum) => {
  const client = clientOf(ethereum);
  return client === undefined ? [] : validateClientVersion(client, versionOf(ethereum, client), `${base}.version`);
});

const genesis = ethereumCheck((ethereum) => {
  const client = clientOf(ethereum);
  if (client === undefined || ethereum.genesis === undefined) return [];
  const settings = settingsOf(ethereum, client);
  return validateGenesisSettings(settings, `${base}.genesis`).filter(
    ({ path }) => !path.startsWith(`${base}.genesis.validators`),
  );
});

const options = ethereumCheck((ethereum) => {
  const client = clientOf(ethereum);
  if (client === undefined) return [];
  const release = versionOf(ethereum, client);
  if (validateClientVersion(client, release, "").length > 0) return [];
  const names = Object.keys(ethereum.options ?? {});
  return validateClientOptions({ client, version: release, options: names }, `${base}.options`);
});

/** What the program sets itself: a second value would undo it, most often to open what shall be closed. */
const ownOptions = ethereumCheck((ethereum) =>
  Object.keys(ethereum.options ?? {}).flatMap((name) =>
    /^(--)?(http|ws|rpc|graphql|metrics|datadir|data-path|genesis-file|nodekey|keystore|unlock|password|networkid|network-id|port|p2p|nat|mine|static-nodes|bootnodes|config|host-allowlist|allow-insecure|authrpc|X?dns)/.test(
      name,
    )
      ? [
          {
            path: `${base}.options.${name}`,
            message: `given ${show(name)}; must be an option that the program does not set itself`,
          },
        ]
      : [],
  ),
);

const validatorNames = ethereumCheck((ethereum) => {
  const entries = entriesOf(ethereum.validators).map(({ item, index }) => ({
    value: item.name,
    path: `${base}.validators[${index}].name`,
  }));
  const taken = entries.flatMap(({ value, path }) =>
    value !== undefined && reservedNodeNames.includes(value)
      ? [{ path, message: given(value, `another name: ${reservedNodeNames.join(", ")} are taken`) }]
      : [],
  );
  return [...duplicates("a name", entries), ...taken];
});

/** Messages about keys never show one. */
const validatorKeys = ethereumCheck((ethereum) => {
  const keys = entriesOf(ethereum.validators).flatMap(({ item, index }) =>
    item.privateKey === undefined ? [] : [[`${base}.validators[${index}].privateKey`, item.privateKey] as const],
  );
  const wrong = keys.flatMap(([path, key]) => validatePrivateKey(key, path));
  return wrong.length > 0 ? wrong : validateDistinctKeys(Object.fromEntries(keys));
});

const imagePinned = ethereumCheck(({ image }) =>
  image === undefined || isPinned(image)
    ? []
    : [{ path: `${base}.image`, message: given(image, 'pinned to a version (":1.0", not ":latest") or a digest') }],
);

const requestsWithinLimits = ethereumCheck((ethereum) =>
  (["validator", "rpc"] as const).flatMap((kind) => {
    const path = `${base}.resources.${kind}`;
    const amounts = ethereum.resources?.[kind];
    return [...withinLimit("cpu", amounts, path), ...withinLimit("memory", amounts, path)];
  }),
);

/** A chain's database takes a file lock and counts on fsync; see the same rule for ledgers of Fabric. */
const chainsOnBlockStorage = ethereumCheck((ethereum) =>
  (["validator", "rpc"] as const).flatMap((kind) =>
    ethereum.storage?.[kind]?.class === "file"
      ? [
          {
            path: `${base}.storage.${kind}.class`,
            message:
              'given "file"; must be block: over network file systems the lock on a database can be lost or outlive its node',
          },
        ]
      : [],
  ),
);

const rpcReachable = ethereumCheck(({ rpc }): Problem[] => {
  const problems: Problem[] = [];
  if (rpc?.type === "LoadBalancer" && rpc.clientCidrs?.length === 0) {
    problems.push({
      path: `${base}.rpc.clientCidrs`,
      message:
        'given [] with type LoadBalancer; must list the networks whose clients may connect, for example ["10.0.0.0/8"]',
    });
  }
  if (rpc?.httpPort !== undefined && rpc.httpPort === rpc.wsPort) {
    problems.push({ path: `${base}.rpc.wsPort`, message: given(rpc.wsPort, "another port than httpPort") });
  }
  const most = rpc?.autoscaling?.maxReplicas;
  if (most !== undefined && rpc?.replicas !== undefined && (most < rpc.replicas || rpc.replicas === 0)) {
    const right = rpc.replicas === 0 ? "left out while replicas is 0" : `${rpc.replicas} (replicas) or more`;
    problems.push({ path: `${base}.rpc.autoscaling.maxReplicas`, message: given(most, right) });
  }
  return problems;
});

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

export const ethereumChecks: readonly Check[] = [
  version,
  genesis,
  options,
  ownOptions,
  validatorNames,
  validatorKeys,
  imagePinned,
  requestsWithinLimits,
  chainsOnBlockStorage,
  rpcReachable,
  policiesEnforced,
];

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
    ...warnGenesisSettings(settingsOf(ethereum, client), `${base}.genesis`),
    ...warnValidatorCount(consensus, entriesOf(ethereum.validators).length, zones, `${base}.validators`),
  ];
});

export const ethereumWarnings: readonly Check[] = [warnings];
