/** What is allowed, but rarely meant. */
import { entriesOf, fabricCheck, type Check } from "./check";
import { ethereumWarnings } from "./checks-ethereum";
import { ordererCount } from "./fabric-section";
import type { Problem } from "../ledger/problem";

const ordererNumbers = fabricCheck((fabric): Problem[] => {
  const orderers = ordererCount(fabric);
  if (orderers === undefined) return [];
  const path = "network.fabric.ordererOrganizations";
  const consensus = new Set(entriesOf(fabric.channels).map(({ item }) => item.consensus));
  const warnings: Problem[] = [];
  if (consensus.has("etcdraft") && orderers < 3) {
    warnings.push({
      path,
      message: `${orderers} orderers: the channel stops when one of them does; 3 survive one, 5 survive two`,
    });
  } else if (consensus.has("etcdraft") && orderers % 2 === 0) {
    warnings.push({
      path,
      message: `${orderers} orderers survive no more failures than ${orderers - 1}: raft wants an odd number`,
    });
  }
  if (consensus.has("BFT") && orderers >= 4 && (orderers - 1) % 3 !== 0) {
    const enough = orderers - ((orderers - 1) % 3);
    warnings.push({
      path,
      message: `${orderers} orderers survive no more failures than ${enough}: BFT wants 3f+1 of them (4, 7, 10)`,
    });
  }
  return warnings;
});

const idleOrganizations = fabricCheck((fabric) => {
  const channels = entriesOf(fabric.channels).map(({ item }) => item);
  if (channels.some((channel) => channel.organizations === undefined)) return [];
  const members = new Set(channels.flatMap((channel) => channel.organizations ?? []));
  return entriesOf(fabric.peerOrganizations).flatMap(({ item, index }) =>
    item.name === undefined || members.has(item.name)
      ? []
      : [
          {
            path: `network.fabric.peerOrganizations[${index}]`,
            message: `"${item.name}" is a member of no channel: its peers have nothing to do`,
          },
        ],
  );
});

const mixedDatabases = fabricCheck((fabric) =>
  entriesOf(fabric.channels).flatMap(({ item: channel, index }) => {
    const members = entriesOf(fabric.peerOrganizations).filter(
      ({ item }) => channel.organizations?.includes(item.name) ?? true,
    );
    return new Set(members.map(({ item }) => item.stateDatabase)).size < 2
      ? []
      : [
          {
            path: `network.fabric.channels[${index}]`,
            message:
              "its organisations have different state databases: rich queries work at some only, and results may differ",
          },
        ];
  }),
);

/** Meant by nobody who runs a private network. */
const openDoors: Check = ({ network }) => {
  const doors = [
    { path: "network.fabric.gateway", door: network?.fabric?.gateway },
    { path: "network.ethereum.rpc", door: network?.ethereum?.rpc },
    { path: "network.ethereum.ethstats", door: network?.ethereum?.ethstats },
  ];
  return doors.flatMap(({ path, door }) =>
    entriesOf(door?.clientCidrs).flatMap(({ item, index }) =>
      item.endsWith("/0")
        ? [{ path: `${path}.clientCidrs[${index}]`, message: `${item} is the whole internet: anybody may connect` }]
        : [],
    ),
  );
};

export const warningChecks: readonly Check[] = [
  ordererNumbers,
  idleOrganizations,
  mixedDatabases,
  openDoors,
  ...ethereumWarnings,
];
