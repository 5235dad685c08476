/** Names that the program joins from several of a stack file's, so that `a-b` and `c` become what `a` and `b-c` do. */
import { problem, type Problem } from "../../lib/problem";
import { entriesOf, error, type Rule } from "../kit/rule";
import { chaincodeServiceName, chaincodesOf, channelsOf, sameName, type LooseChaincodes } from "./chaincodes";
import { peerOrganizationsOf, type LooseOrganizations } from "./organizations";

type LooseNetwork = LooseOrganizations & LooseChaincodes;

/** A name that must be the only one of its kind. */
interface Joined {
  /** What has the name, for a message: `the Service`. */
  kind: string;
  name: string;
  /** What it is joined from. The same parts twice are another mistake, which is reported as such. */
  parts: readonly string[];
  /** What the stack file says, and where. */
  given: string;
  path: string;
  /** What the name is told apart by beside its kind. Default: nothing. */
  within?: string;
}

/** Of names that a resource of Pulumi has, the network's name before them is left out: all begin with it. */
function joinedNames(fabric: LooseNetwork): Joined[] {
  const organizations = peerOrganizationsOf(fabric).flatMap(({ item: { name }, path }) =>
    name === undefined ? [] : [{ name, path: `${path}.name` }],
  );
  const rollouts = organizations.map(({ name, path }) => ({
    kind: "the rollout",
    name,
    parts: [name],
    given: name,
    path,
  }));
  const nodes = peerOrganizationsOf(fabric).flatMap(({ item: { name, peers = 0 }, path }) =>
    name === undefined
      ? []
      : Array.from({ length: peers }, (_, index) => {
          const parts = [name, `peer${index}`];
          return { kind: "the certificate", name: parts.join("-"), parts, given: name, path: `${path}.name` };
        }),
  );
  return [...rollouts, ...nodes, ...ofChaincodes(fabric), ...ofChannels(fabric)];
}

function ofChannels(fabric: LooseNetwork): Joined[] {
  return channelsOf(fabric).flatMap(({ channel: { name: channel, organizations }, path }) => {
    const members = [...new Set(entriesOf(organizations, path).map(({ item }) => item))];
    if (channel === undefined) return [];
    return members.map((member) => {
      const parts = [channel, member];
      return { kind: "the memberships", name: parts.join("-"), parts, given: channel, path: `${path}.name` };
    });
  });
}

function ofChaincodes(fabric: LooseNetwork): Joined[] {
  return chaincodesOf(fabric).flatMap(({ chaincode: { name, version, organizations }, channel, path: at }) => {
    if (channel.name === undefined || name === undefined || version === undefined) return [];
    const service = chaincodeServiceName(channel.name, name, version);
    const parts = [channel.name, sameName(name)];
    const place = { parts, given: name, path: `${at}.name` };
    const runners = [...new Set(entriesOf(organizations, at).map(({ item }) => item))];
    return [
      ...runners.map((within) => ({ ...place, kind: "the Service", name: service, within })),
      ...runners.map((runner) => ({
        ...place,
        kind: "the certificate",
        name: `${runner}-${service}`,
        parts: [runner, ...parts],
      })),
      { ...place, kind: "the definition", name: `${channel.name}-${name}` },
    ];
  });
}

/** Of several at one path, which the same mistake makes, only the first. */
function joinedNamesApart(fabric: LooseNetwork): Problem[] {
  const taken = new Map([["the rollout/orderers", { path: "the one of all orderers", source: "" }]]);
  const found = new Map<string, Problem>();
  for (const { kind, name, parts, given, path, within } of joinedNames(fabric)) {
    const source = parts.join("/");
    const key = [kind, ...(within === undefined ? [] : [within]), name].join("/");
    const other = taken.get(key);
    if (other === undefined) {
      taken.set(key, { path, source });
      continue;
    }
    if (other.source === source || found.has(path)) continue;
    const because = `it makes ${kind} "${name}", as ${other.path} does`;
    found.set(path, problem({ path, given, must: "be another name", because }));
  }
  return [...found.values()];
}

export const joinedNameRules: readonly Rule<LooseNetwork>[] = [error(joinedNamesApart)];
