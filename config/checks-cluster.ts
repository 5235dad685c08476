/** Rules between the settings of a cloud's cluster. */
import { show, type Problem } from "../ledger/problem";
import { duplicates, entriesOf, type Check, type LooseConfig } from "./check";
import { parseCidr } from "./networks";
import { given } from "./problem";
import type { Loose } from "./schema-tree";
import type { CloudConfig } from "./cluster";

type LooseCloud = Loose<CloudConfig>;

function cloudCheck(check: (cluster: LooseCloud, config: LooseConfig) => Problem[]): Check {
  return (config) => {
    const { cluster } = config;
    const isCloud = cluster?.vendor !== undefined && cluster.vendor !== "existing" && cluster.vendor !== "local";
    return isCloud ? check(cluster as LooseCloud, config) : [];
  };
}

const apiAccess = cloudCheck(({ vendor, apiAccess: access }) => {
  const path = "cluster.apiAccess";
  const cidrs = access?.authorizedCidrs;
  // Of a wrong type, and that is the problem.
  if (access?.private === undefined || cidrs === undefined) return [];
  if (vendor === "ack") {
    return access.private === true && cidrs.length === 0
      ? []
      : [
          {
            path,
            message:
              "must be { private: true } on ACK, which lets no stack file say who reaches a public address: run `pulumi` inside the VPC, and see docs/clouds.md",
          },
        ];
  }
  if (access.private === true && cidrs.length > 0) {
    return [
      {
        path: `${path}.authorizedCidrs`,
        message: `given ${show(cidrs)} with private: true; must be one or the other: a private API has no public address`,
      },
    ];
  }
  if (access.private !== true && cidrs.length === 0) {
    return [
      {
        path,
        message:
          'missing; must have `authorizedCidrs`, the networks from which the Kubernetes API answers, for example ["203.0.113.0/24"], or `private: true`',
      },
    ];
  }
  return cidrs.flatMap((cidr, index) =>
    cidr !== undefined && /\/0$/.test(cidr)
      ? [
          {
            path: `${path}.authorizedCidrs[${index}]`,
            message: given(cidr, "a network that you know: this one is the whole internet"),
          },
        ]
      : [],
  );
});

/** Zones of ACK follow no pattern from which a default could be made. */
const ackZones = cloudCheck((cluster) =>
  cluster.vendor === "ack" && cluster.zones === undefined && cluster.network?.existing === undefined
    ? [
        {
          path: "cluster.zones",
          message: 'missing; must list three zones for the network that is made, for example ["eu-central-1a", ...]',
        },
      ]
    : [],
);

/** Three copies in one zone end with it. */
const zonesApart = cloudCheck((cluster) => {
  const { zones, region } = cluster as { zones?: (string | undefined)[]; region?: string };
  const entries = entriesOf(zones).map(({ item, index }) => ({ value: item, path: `cluster.zones[${index}]` }));
  const elsewhere = entries.filter(({ value }) => region !== undefined && !value.startsWith(region));
  return [
    ...duplicates("a zone", entries),
    ...elsewhere.map(({ value, path }) => ({ path, message: given(value, `a zone of the region ${region}`) })),
  ];
});

/** The first release that knows the `sleep` by which pods leave their Services before they stop. */
const oldestKubernetes = 30;

const kubernetesVersion = cloudCheck(({ kubernetesVersion: version }) => {
  const minor = Number(/^1\.([0-9]{2})$/.exec(version ?? "")?.[1] ?? oldestKubernetes);
  return minor >= oldestKubernetes
    ? []
    : [{ path: "cluster.kubernetesVersion", message: given(version, `1.${oldestKubernetes} or later`) }];
});

const ackVswitches = cloudCheck((cluster) => {
  if (cluster.vendor !== "ack") return [];
  const { vswitchIds, podVswitchIds } = cluster.network?.existing ?? {};
  const path = "cluster.network.existing";
  const repeated = (
    [
      ["vswitchIds", vswitchIds],
      ["podVswitchIds", podVswitchIds],
    ] as const
  ).flatMap(([key, ids]) =>
    duplicates(
      "a vSwitch",
      entriesOf(ids).map(({ item, index }) => ({ value: item, path: `${path}.${key}[${index}]` })),
    ),
  );
  if (repeated.length > 0) return repeated;
  return vswitchIds === undefined || podVswitchIds === undefined || vswitchIds.length === podVswitchIds.length
    ? []
    : [
        {
          path: `${path}.podVswitchIds`,
          message: given(podVswitchIds, `${vswitchIds.length} vSwitches, one in each zone of vswitchIds`),
        },
      ];
});

const poolSizes = cloudCheck((cluster) => {
  const zones = (cluster as { zones?: unknown[] }).zones?.length ?? 3;
  return (["system", "ledger"] as const).flatMap((pool): Problem[] => {
    const { minNodes, maxNodes } = cluster.nodePools?.[pool] ?? {};
    const path = `cluster.nodePools.${pool}`;
    if (minNodes !== undefined && minNodes < zones) {
      return [{ path: `${path}.minNodes`, message: given(minNodes, `${zones} or more: one in each zone`) }];
    }
    if (minNodes !== undefined && maxNodes !== undefined && maxNodes < minNodes) {
      return [{ path: `${path}.maxNodes`, message: given(maxNodes, `minNodes (${minNodes}) or more`) }];
    }
    return [];
  });
});

/** Ranges by key that routes must tell apart; a vendor has some of them. */
const cidrKeys = ["cidr", "podCidr", "serviceCidr"] as const;

const apartNetworks = cloudCheck((cluster) => {
  const network = cluster.network as Partial<Record<(typeof cidrKeys)[number], string>> & { existing?: unknown };
  const ranges = cidrKeys.flatMap((key) => {
    const range = parseCidr(network?.[key]);
    const isUnused = key === "cidr" && network?.existing !== undefined;
    return range === undefined || isUnused ? [] : [{ key, ...range }];
  });
  return ranges.flatMap((range, index) => {
    const other = ranges.slice(0, index).find(({ first, last }) => first <= range.last && range.first <= last);
    return other === undefined
      ? []
      : [
          {
            path: `cluster.network.${range.key}`,
            message: given(network[range.key], `apart from network.${other.key} (${network[other.key]})`),
          },
        ];
  });
});

/** Google's labels: https://cloud.google.com/compute/docs/labeling-resources#requirements */
const gkeLabels = cloudCheck(({ vendor, tags }) =>
  vendor !== "gke"
    ? []
    : Object.entries(tags ?? {}).flatMap(([key, value]): Problem[] => {
        const isLabel = /^[a-z][a-z0-9_-]{0,62}$/.test(key) && /^[a-z0-9_-]{0,63}$/.test(String(value));
        const right = "lower case letters, digits, hyphens and underscores, key and value, as Google asks of labels";
        return isLabel ? [] : [{ path: `cluster.tags.${key}`, message: given(value, right) }];
      }),
);

export const clusterChecks: readonly Check[] = [
  apiAccess,
  kubernetesVersion,
  zonesApart,
  ackZones,
  ackVswitches,
  poolSizes,
  apartNetworks,
  gkeLabels,
];
