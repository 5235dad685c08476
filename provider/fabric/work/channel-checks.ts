/** Whether the inputs of a channel can be brought about, before anything is sent. */
import { isDeepStrictEqual } from "node:util";
import type { Consenter } from "../../../ledger/fabric/channel-config";
import { validateRelease } from "../../../ledger/fabric/release";
import { validateChannelChange, validateChannelConfig } from "../../../ledger/fabric/validate-channel";
import { validateRevocationsKept, validateSigners } from "../../../ledger/fabric/validate-revocation";
import { problem } from "../../../lib/problem";
import type { CheckedInputs } from "../../framework/declaration";
import { duplicateProblems, type Problem } from "../../framework/schema";
import type { channel as declared } from "../declarations";
import { noWay } from "./channel-way";
import { joiningOf } from "./joining-orderers";
import { validateNamesKept } from "./orderers";

type Inputs = CheckedInputs<typeof declared>;

/** @param previous inputs of the last run. Undefined for a channel that is new here */
export function validateChannelInputs(inputs: Inputs, previous: Inputs | undefined): Problem[] {
  return [
    ...validateChannelConfig(inputs.config, "config"),
    ...validateRevocations(inputs, previous),
    ...duplicateProblems(inputs.orderers, "orderers", ({ name }) => name),
    ...validateJoining(inputs),
    ...duplicateProblems(inputs.administrators, "administrators", ({ mspId }) => mspId),
    ...(inputs.orderers.length > 0 || inputs.peers.length > 0 ? [] : [noWay]),
    ...(previous !== undefined && previous.config.channelId === inputs.config.channelId
      ? [
          ...validateChannelChange(previous.config, inputs.config, "config").filter(
            // Where others sign too, the last wish may be a proposal, and can be taken back: the live config tells then.
            ({ path = "" }) => signsAlone(previous) || !path.startsWith("config.capabilities."),
          ),
          ...validateNamesKept(previous.orderers, inputs.orderers),
          ...validateNamesKept(joiningOf(previous), joiningOf(inputs), "joiningOrderers"),
          ...validateRaisedCapabilities(previous, inputs),
          ...validateOwnMigration(previous, inputs),
        ]
      : []),
  ];
}

/** Whether this stack holds an administrator of every organisation, so that each wish was in force when its run had ended. */
function signsAlone({ config, administrators }: Inputs): boolean {
  const own = administrators.map(({ mspId }) => mspId);
  return [...config.ordererOrganizations, ...config.peerOrganizations].every(({ msp }) => own.includes(msp.mspId));
}

/** Nodes of the former release may run until the end of an update, and end for good on a level that they do not know. */
function validateRaisedCapabilities({ config: former, release }: Inputs, { config }: Inputs): Problem[] {
  if (release === undefined || isDeepStrictEqual(former.capabilities, config.capabilities)) return [];
  return validateRelease(release, config.channelId, config.capabilities).map(({ must }) =>
    problem({
      path: "config.capabilities",
      given: config.capabilities.channel,
      must: `stay ${former.capabilities.channel} in this update`,
      because: `nodes of release ${release} may still run, and their release must ${must}`,
      hint: "First change the release, in an update of its own",
    }),
  );
}

/** Orderers join a channel that others founded. Where this stack founds it they are `orderers`. */
function validateJoining(inputs: Inputs): Problem[] {
  const joining = joiningOf(inputs);
  const path = "joiningOrderers";
  const problems = duplicateProblems(joining, path, ({ name }) => name);
  if (joining.length === 0 || inputs.orderers.length === 0) return problems;
  const because = "`orderers` has those by which this stack reaches the channel";
  return [...problems, problem({ path, must: "be left out", because })];
}

/** All orderers restart for BFT, and this stack restarts its own alone. */
function validateOwnMigration({ config: former }: Inputs, next: Inputs): Problem[] {
  const { consensus } = next.config;
  const others = [...new Set(consentersOfOthers(next).map(({ mspId }) => mspId))];
  if (former.consensus === consensus || next.orderers.length === 0 || others.length === 0) return [];
  const because = `all orderers restart for it, and other stacks have those of ${others.join(", ")}`;
  return [problem({ path: "config.consensus", given: consensus, must: `stay ${former.consensus}`, because })];
}

/** Consenters of organisations that have no orderer here. Raft does not record whose they are. */
export function consentersOfOthers({ config, orderers }: Inputs): Consenter[] {
  const mspIds = ["", ...orderers.map(({ mspId }) => mspId)];
  return config.consenters.filter(({ mspId }) => !mspIds.includes(mspId));
}

/** A list that cannot be read is a problem of its own. */
function validateRevocations({ config, administrators }: Inputs, previous: Inputs | undefined): Problem[] {
  if (validateChannelConfig(config, "config").length > 0) return [];
  return [
    ...validateSigners(config, administrators, "administrators"),
    ...(previous !== undefined && previous.config.channelId === config.channelId
      ? validateRevocationsKept(previous.config, config, "config")
      : []),
  ];
}
