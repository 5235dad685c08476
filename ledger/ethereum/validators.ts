/** Checks of a set of validators, and warnings about the losses that it does not survive. */
import { validateAddress, validateDistinctAddresses } from "./address";
import type { Consensus } from "./consensus";
import { problem, type Problem } from "../../lib/problem";
import { describeQuorum, quorumOf, survivesZoneLoss } from "./quorum";

const largestSuggestion = 100;

/** Checks that addresses are a set of validators: at least one, valid, no repetition. */
export function validateValidators(addresses: readonly string[], path: string): Problem[] {
  if (addresses.length === 0) {
    const because = "a chain without validators seals no block";
    const hint = "With four the chain survives the loss of one";
    return [problem({ path, given: addresses, must: "name one address or more", because, hint })];
  }
  const problems = addresses.flatMap((address, index) => validateAddress(address, `${path}[${index}]`));
  return problems.length > 0 ? problems : validateDistinctAddresses(addresses, path);
}

/**
 * Warnings about a number of validators: losses that it does not survive, and a last validator without a use.
 *
 * @param zones Zones the nodes are spread over; 0 when unknown.
 */
export function warnValidatorCount(consensus: Consensus, validators: number, zones: number, path: string): Problem[] {
  const { mayBeDown } = quorumOf(consensus, validators);
  const numbers = describeQuorum(consensus, validators);
  if (mayBeDown === 0) {
    const smallest = consensus === "clique" ? 3 : 4;
    const should = `be ${smallest} or more, save for development`;
    const because = `the chain halts when any validator stops (${numbers})`;
    return [problem({ path, given: validators, should, because })];
  }
  return [
    ...warnByzantine(consensus, validators, path),
    ...warnIdleValidator(consensus, validators, path),
    ...warnZones(consensus, validators, zones, path),
  ];
}

/** Warns of three validators under BFT, which survive a crash, but no lie. */
function warnByzantine(consensus: Consensus, validators: number, path: string): Problem[] {
  if (consensus === "clique" || quorumOf(consensus, validators).mayBeByzantine > 0) return [];
  const because = "no validator may be faulty other than by being down (f = 0)";
  return [problem({ path, given: validators, should: "be 4 or more", because })];
}

/** Warns when one validator fewer would survive as much: an even number under Clique, 5, 8, 11 ... under BFT. */
function warnIdleValidator(consensus: Consensus, validators: number, path: string): Problem[] {
  const { mayBeDown, mayBeByzantine } = quorumOf(consensus, validators);
  const fewer = quorumOf(consensus, validators - 1);
  if (fewer.mayBeDown < mayBeDown || fewer.mayBeByzantine < mayBeByzantine) return [];
  const because = `they survive no more than ${validators - 1} do (${describeQuorum(consensus, validators)})`;
  const should = `be ${validators - 1} or ${nextUseful(consensus, validators)}`;
  return [problem({ path, given: validators, should, because })];
}

function nextUseful(consensus: Consensus, validators: number): number {
  const { mayBeDown } = quorumOf(consensus, validators);
  const larger = Array.from({ length: 3 }, (_, index) => validators + 1 + index);
  return larger.find((count) => quorumOf(consensus, count).mayBeDown > mayBeDown)!;
}

function warnZones(consensus: Consensus, validators: number, zones: number, path: string): Problem[] {
  if (zones < 2 || survivesZoneLoss(consensus, validators, zones)) return [];
  const inFullest = Math.ceil(validators / zones);
  const because = `the chain halts when the fullest of ${zones} zones is lost: it holds ${inFullest} (${describeQuorum(consensus, validators)})`;
  const sizes = Array.from({ length: largestSuggestion - validators }, (_, index) => validators + 1 + index);
  const enough = sizes.find((count) => survivesZoneLoss(consensus, count, zones));
  const should = enough === undefined ? "be spread over three zones or more" : `be ${enough} in these zones`;
  return [problem({ path, given: validators, should, because })];
}
