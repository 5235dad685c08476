/** Rules that Fabric's own code applies to names, so that a bad one is refused before anything exists. */
import { durationInWords, parseDuration } from "./duration";
import { PolicySyntaxError } from "./policy-expression";
import { parseSignaturePolicy } from "./policy";
import { problem, type Problem } from "../../lib/problem";

/** Fabric `common/configtx`: MaxLength. */
const maxConfigNameLength = 249;
/** Fabric `common/configtx`: ChannelAllowedChars. */
export const channelIdForm = /^[a-z][a-z0-9.-]*$/;
/** Fabric `common/configtx`: configAllowedChars; `.` and `..` are excluded by name there. */
const groupNameForm = /^[a-zA-Z0-9.-]+$/;
/** MSP id, as Fabric's policy parser reads it before the last dot of a principal. */
const mspIdForm = /^[A-Za-z0-9.-]+$/;
/** Fabric `core/chaincode/lifecycle`: ChaincodeNameRegExp. */
export const chaincodeNameForm = /^[a-zA-Z0-9]+([-_][a-zA-Z0-9]+)*$/;
/** Fabric `core/chaincode/lifecycle`: systemChaincodeNames, and lifecycle itself. */
const systemChaincodes: readonly string[] = ["cscc", "escc", "lscc", "qscc", "vscc", "_lifecycle"];
/** Fabric `core/chaincode/lifecycle`: ChaincodeVersionRegExp. */
export const chaincodeVersionForm = /^[A-Za-z0-9_.+-]+$/;
/** Fabric `core/chaincode/persistence`: LabelRegexp. */
const chaincodeLabelForm = /^[A-Za-z0-9][A-Za-z0-9_.+-]*$/;

export function validateChannelId(value: string, path: string): Problem[] {
  return [
    ...matches(value, path, channelIdForm, "a channel id: a small letter, then small letters, digits, . and -"),
    ...maxLength(value, path, maxConfigNameLength),
  ];
}

/** Group name of an organisation in the channel config. */
export function validateOrganizationName(value: string, path: string): Problem[] {
  const isReserved = value === "." || value === "..";
  return [
    ...matches(isReserved ? "" : value, path, groupNameForm, "an organisation name: letters, digits, . and -", value),
    ...maxLength(value, path, maxConfigNameLength),
  ];
}

export function validateMspId(value: string, path: string): Problem[] {
  return matches(value, path, mspIdForm, "an MSP id that policies can name: letters, digits, . and -");
}

export function validateChaincodeName(value: string, path: string): Problem[] {
  if (systemChaincodes.includes(value)) {
    return [problem({ path, given: value, must: "be another name", because: "a system chaincode has this one" })];
  }
  return matches(
    value,
    path,
    chaincodeNameForm,
    "a chaincode name: letters and digits, with single - or _ between them",
  );
}

export function validateChaincodeVersion(value: string, path: string): Problem[] {
  return matches(value, path, chaincodeVersionForm, "a chaincode version: letters, digits, _ . + and -");
}

export function validateChaincodeLabel(value: string, path: string): Problem[] {
  return matches(
    value,
    path,
    chaincodeLabelForm,
    "a package label: a letter or digit, then letters, digits, _ . + and -",
  );
}

/** Positive Go duration such as `2s`, `200ms`, `1m30s`. */
export function validateDuration(value: string, path: string): Problem[] {
  return parseDuration(value) === undefined ? [problem({ path, given: value, must: `be ${durationInWords}` })] : [];
}

/** Text of a signature policy. */
export function validateSignaturePolicy(value: string, path: string): Problem[] {
  try {
    parseSignaturePolicy(value);
    return [];
  } catch (error) {
    if (error instanceof PolicySyntaxError) {
      return [problem({ path, given: value, must: "be a signature policy", because: error.reason })];
    }
    throw error;
  }
}

function matches(value: string, path: string, pattern: RegExp, allowed: string, given = value): Problem[] {
  return pattern.test(value) ? [] : [problem({ path, given, must: `be ${allowed}` })];
}

function maxLength(value: string, path: string, length: number): Problem[] {
  return value.length > length ? [problem({ path, given: value, must: `have ${length} characters at most` })] : [];
}
