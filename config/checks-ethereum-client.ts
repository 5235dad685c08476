/** Rules of an Ethereum network about its clients and what they run on. */
import { clientFacts } from "../ledger/ethereum/client";
import { validateClientOptions } from "../ledger/ethereum/client-options";
import { validateClientVersion } from "../ledger/ethereum/client-version";
import { show } from "../ledger/problem";
import { entriesOf, ethereumCheck, type Check } from "./check";
import { isPinned, withinLimits } from "./checks-platform";
import { base, clientOf, versionOf } from "./ethereum-section";
import { given } from "./problem";

const version = ethereumCheck((ethereum) => {
  const client = clientOf(ethereum);
  return client === undefined ? [] : validateClientVersion(client, versionOf(ethereum, client), `${base}.version`);
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
const ownOptionNames =
  /^(--)?(http|ws|rpc|graphql|metrics|datadir|data-path|genesis-file|nodekey|node-private-key|keystore|unlock|password|networkid|network-id|port|p2p|nat|mine|static-nodes|bootnodes|nodiscover|ethstats|config|host-allowlist|allow-insecure|authrpc|X?dns)/;

/** What begins like those, but only limits what a call may cost. */
const callLimits =
  /^(--)?rpc[.-](gas-?cap|tx-?feecap|evmtimeout|allow-unprotected-txs|filter-timeout-seconds|(max|batch)-[a-z-]+)$/;

const ownOptions = ethereumCheck((ethereum) =>
  Object.keys(ethereum.options ?? {}).flatMap((name) =>
    ownOptionNames.test(name) && !callLimits.test(name)
      ? [
          {
            path: `${base}.options.${name}`,
            message: `given ${show(name)}; must be an option that the program does not set itself`,
          },
        ]
      : [],
  ),
);

const bootnodesOfGeth = ethereumCheck((ethereum) => {
  const client = clientOf(ethereum);
  if (client === undefined || client === "geth" || entriesOf(ethereum.bootnodes).length === 0) return [];
  const right = `left out: nodes of ${clientFacts[client].title} know the validators by name`;
  return [{ path: `${base}.bootnodes`, message: `given with client ${client}; must be ${right}` }];
});

const imagesPinned = ethereumCheck(({ image, bootnodeImage, ethstats }) => {
  const images = { image, bootnodeImage, "ethstats.image": ethstats?.image };
  return Object.entries(images).flatMap(([key, value]) =>
    value === undefined || isPinned(value)
      ? []
      : [{ path: `${base}.${key}`, message: given(value, 'pinned to a version (":1.0", not ":latest") or a digest') }],
  );
});

const requestsWithinLimits = ethereumCheck((ethereum) =>
  (["validator", "rpc", "bootnode", "ethstats"] as const).flatMap((kind) =>
    withinLimits(ethereum.resources?.[kind], `${base}.resources.${kind}`),
  ),
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

export const clientChecks: readonly Check[] = [
  version,
  options,
  ownOptions,
  bootnodesOfGeth,
  imagesPinned,
  requestsWithinLimits,
  chainsOnBlockStorage,
];
