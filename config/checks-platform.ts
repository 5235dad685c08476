/** Rules between the network and what carries it: images, resources, volumes, gateway, cluster. */
import { entriesOf, fabricCheck, type Check } from "./check";
import { show, type Problem } from "../ledger/problem";
import { given } from "./problem";
import { parseQuantity } from "./quantity";

const base = "network.fabric";

/** A tag other than `latest`, or a digest: the same stack file must mean the same network tomorrow. */
export function isPinned(reference: string): boolean {
  if (reference.includes("@sha256:")) return true;
  const tag = /:([^/:]+)$/.exec(reference)?.[1];
  return tag !== undefined && tag !== "latest";
}

const imagesPinned = fabricCheck((fabric) => {
  const { orderer, peer, couchdb } = fabric.images ?? {};
  const chaincodes = entriesOf(fabric.channels).flatMap(({ item: channel, index }) =>
    entriesOf(channel.chaincodes).map(({ item, index: at }) => ({
      value: item.image,
      path: `${base}.channels[${index}].chaincodes[${at}].image`,
    })),
  );
  const images = [
    { value: orderer, path: `${base}.images.orderer` },
    { value: peer, path: `${base}.images.peer` },
    { value: couchdb, path: `${base}.images.couchdb` },
    ...chaincodes,
  ];
  return images.flatMap(({ value, path }) =>
    value === undefined || isPinned(value)
      ? []
      : [{ path, message: given(value, 'pinned to a version (":1.0", not ":latest") or a digest') }],
  );
});

const amountNames = ["cpu", "memory", "ephemeral-storage"] as const;
type AmountName = (typeof amountNames)[number];
type AmountValues = { [name in AmountName]?: string | undefined };

interface Amounts {
  requests?: AmountValues;
  limits?: AmountValues;
}

const requestsWithinLimits = fabricCheck((fabric) => {
  const kinds = (["orderer", "peer", "couchdb", "chaincode"] as const).map((kind) => ({
    amounts: fabric.resources?.[kind],
    path: `${base}.resources.${kind}`,
  }));
  const shared = fabric.resources?.chaincode;
  const own = entriesOf(fabric.channels).flatMap(({ item: channel, index }) =>
    entriesOf(channel.chaincodes).map(({ item, index: at }) => ({
      amounts: withDefaults(item.resources, shared),
      path: `${base}.channels[${index}].chaincodes[${at}].resources`,
    })),
  );
  return [...kinds, ...own].flatMap(({ amounts, path }) => withinLimits(amounts, path));
});

/** Only what the chaincode says itself can be wrong here; the rest comes from the shared settings. */
function withDefaults(own: Amounts | undefined, shared: Amounts | undefined): Amounts | undefined {
  if (own === undefined) return undefined;
  const said = amountNames.filter((name) => own.requests?.[name] !== undefined || own.limits?.[name] !== undefined);
  const merge = (which: "requests" | "limits"): AmountValues =>
    Object.fromEntries(said.map((name) => [name, own[which]?.[name] ?? shared?.[which]?.[name]]));
  return { requests: merge("requests"), limits: merge("limits") };
}

/** The problems of requests above their limits. */
export function withinLimits(amounts: Amounts | undefined, path: string): Problem[] {
  return amountNames.flatMap((name) => withinLimit(name, amounts, path));
}

function withinLimit(what: AmountName, amounts: Amounts | undefined, path: string): Problem[] {
  const request = parseQuantity(amounts?.requests?.[what] ?? "");
  const limit = parseQuantity(amounts?.limits?.[what] ?? "");
  return request === undefined || limit === undefined || request <= limit
    ? []
    : [
        {
          path: `${path}.requests.${what}`,
          message: given(amounts?.requests?.[what], `at most the limit, ${amounts?.limits?.[what]}`),
        },
      ];
}

/**
 * goleveldb takes a file lock, the consensus log and CouchDB count on fsync: on network storage locks outlive or
 * miss their owner, two nodes open one ledger, and every small write waits for the network.
 */
const ledgersOnBlockStorage = fabricCheck((fabric) =>
  (["orderer", "peer", "couchdb"] as const).flatMap((kind) =>
    fabric.storage?.[kind]?.class === "file"
      ? [
          {
            path: `${base}.storage.${kind}.class`,
            message:
              'given "file"; must be block: over network file systems the lock on a ledger can be lost or outlive its node, so two nodes may write one ledger',
          },
        ]
      : [],
  ),
);

const gatewayReachable = fabricCheck(({ gateway }) => {
  if (gateway?.type !== "LoadBalancer" || gateway.clientCidrs === undefined || gateway.clientCidrs.length > 0) {
    return [];
  }
  return [
    {
      path: `${base}.gateway.clientCidrs`,
      message:
        'given [] with type LoadBalancer; must list the networks whose clients may connect, for example ["10.0.0.0/8"]',
    },
  ];
});

const policiesEnforced: Check = (config) => {
  const { cluster, network } = config;
  if (cluster?.vendor !== "existing" || cluster.networkPolicyEnforced !== false) return [];
  if (network?.fabric?.networkPolicy?.required !== true) return [];
  return [
    {
      path: "cluster.networkPolicyEnforced",
      message:
        "given false; must be true, once you know that the cluster's network plugin enforces NetworkPolicy objects. " +
        "To run without that isolation set network.fabric.networkPolicy.required to false",
    },
  ];
};

const storageDrivers: Check = ({ cluster, storage }) =>
  (["block", "file"] as const).flatMap((kind): Problem[] => {
    const driver = storage?.[kind];
    const path = `storage.${kind}`;
    const settings = (["provisioner", "parameters", "mountOptions"] as const).filter(
      (key) => driver?.[key] !== undefined,
    );
    if (driver?.className !== undefined && settings.length > 0) {
      return [
        {
          path: `${path}.className`,
          message: `given ${show(driver.className)} together with ${settings.join(", ")}; must be one or the other: an existing class, or the settings of a new one`,
        },
      ];
    }
    const isKnown = driver?.className !== undefined || driver?.provisioner !== undefined;
    if (cluster?.vendor !== "existing" || isKnown || (kind === "file" && driver === undefined)) return [];
    return [
      {
        path,
        message: `${driver === undefined ? "missing" : "given without a driver"}; must have \`className\` or \`provisioner\`, since an existing cluster does not say which storage it has`,
      },
    ];
  });

export const platformChecks: readonly Check[] = [
  imagesPinned,
  requestsWithinLimits,
  ledgersOnBlockStorage,
  gatewayReachable,
  policiesEnforced,
  storageDrivers,
];
