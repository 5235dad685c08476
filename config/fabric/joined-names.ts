/**
 * Names that the program joins from several parts of a stack file: `a-b` and `c` give the same name as `a` and `b-c`.
 */
import { problem, type Problem } from "../../lib/problem";
import { entriesOf, error, type Rule } from "../kit/rule";
import { chaincodeServiceName, chaincodesOf, channelsOf, sameName, type LooseChaincodes } from "./chaincodes";
import { organizationsOf, peerOrganizationsOf, type LooseOrganizations } from "./organizations";

type LooseNetwork = LooseOrganizations & LooseChaincodes;

/** A name that must be unique within its kind. */
interface Joined {
  /** Owner of the name in messages, for example `the Service`. */
  kind: string;
  name: string;
  /** Parts of the name. The same parts twice are another mistake, with a report of its own. */
  parts: readonly string[];
  /** Value in the stack file, with its path. */
  given: string;
  path: string;
  /** Scope in which the name must be unique, beside its kind. Default: none. */
  within?: string;
}

/** Names of Pulumi resources all start with the network's name, so it is omitted here. */
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
  const users = organizationsOf(fabric).flatMap(({ item: { name, users: named }, path }) =>
    entriesOf(named, `${path}.users`).flatMap(({ item: { name: user }, path: at }) => {
      if (name === undefined || user === undefined) return [];
      const parts = [name, `user-${user}`];
      return [{ kind: "the certificate", name: parts.join("-"), parts, given: user, path: `${at}.name` }];
    }),
  );
  return [...rollouts, ...nodes, ...users, ...ofChaincodes(fabric), ...ofChannels(fabric)];
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

/** One mistake can cause several problems at a path; only the first is reported. */
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
