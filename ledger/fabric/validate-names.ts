/** Rules that Fabric's own code applies to names, so that a bad one is refused before anything exists. */
import { parseDuration } from "./duration";
import { PolicySyntaxError } from "./policy-expression";
import { parseSignaturePolicy } from "./policy";
import { show, type Problem } from "../problem";

/** Fabric `common/configtx`: MaxLength. */
const MAX_CONFIG_NAME_LENGTH = 249;
/** Fabric `common/configtx`: ChannelAllowedChars. */
export const CHANNEL_ID = /^[a-z][a-z0-9.-]*$/;
/** Fabric `common/configtx`: configAllowedChars; `.` and `..` are excluded by name there. */
const GROUP_NAME = /^[a-zA-Z0-9.-]+$/;
/** What Fabric's policy parser reads before the last dot of a principal. */
const MSP_ID = /^[A-Za-z0-9.-]+$/;
/** Fabric `core/chaincode/lifecycle`: ChaincodeNameRegExp. */
export const CHAINCODE_NAME = /^[a-zA-Z0-9]+([-_][a-zA-Z0-9]+)*$/;
/** Fabric `core/chaincode/lifecycle`: systemChaincodeNames, and lifecycle itself. */
const SYSTEM_CHAINCODES: readonly string[] = ["cscc", "escc", "lscc", "qscc", "vscc", "_lifecycle"];
/** Fabric `core/chaincode/lifecycle`: ChaincodeVersionRegExp. */
export const CHAINCODE_VERSION = /^[A-Za-z0-9_.+-]+$/;
/** Fabric `core/chaincode/persistence`: LabelRegexp. */
const CHAINCODE_LABEL = /^[A-Za-z0-9][A-Za-z0-9_.+-]*$/;

export function validateChannelId(value: string, path: string): Problem[] {
  return [
    ...matches(value, path, CHANNEL_ID, "a channel id: a small letter, then small letters, digits, . and -"),
    ...maxLength(value, path, MAX_CONFIG_NAME_LENGTH),
  ];
}

/** Group name of an organisation in the channel config. */
export function validateOrganizationName(value: string, path: string): Problem[] {
  const isReserved = value === "." || value === "..";
  return [
    ...matches(isReserved ? "" : value, path, GROUP_NAME, "an organisation name: letters, digits, . and -", value),
    ...maxLength(value, path, MAX_CONFIG_NAME_LENGTH),
  ];
}

export function validateMspId(value: string, path: string): Problem[] {
  return matches(value, path, MSP_ID, "an MSP id that policies can name: letters, digits, . and -");
}

export function validateChaincodeName(value: string, path: string): Problem[] {
  if (SYSTEM_CHAINCODES.includes(value)) {
    return [{ path, message: `${show(value)} is the name of a system chaincode; choose another` }];
  }
  return matches(value, path, CHAINCODE_NAME, "a chaincode name: letters and digits, with single - or _ between them");
}

export function validateChaincodeVersion(value: string, path: string): Problem[] {
  return matches(value, path, CHAINCODE_VERSION, "a chaincode version: letters, digits, _ . + and -");
}

export function validateChaincodeLabel(value: string, path: string): Problem[] {
  return matches(value, path, CHAINCODE_LABEL, "a package label: a letter or digit, then letters, digits, _ . + and -");
}

/** Positive Go duration such as `2s`, `200ms`, `1m30s`. */
export function validateDuration(value: string, path: string): Problem[] {
  return parseDuration(value) === undefined
    ? [{ path, message: `${show(value)} is not a positive duration; write for example "2s", "200ms" or "1m30s"` }]
    : [];
}

/** Text of a signature policy. */
export function validateSignaturePolicy(value: string, path: string): Problem[] {
  try {
    parseSignaturePolicy(value);
    return [];
  } catch (error) {
    if (error instanceof PolicySyntaxError) {
      return [{ path, message: error.message }];
    }
    throw error;
  }
}

function matches(value: string, path: string, pattern: RegExp, allowed: string, given = value): Problem[] {
  return pattern.test(value) ? [] : [{ path, message: `${show(given)} is not ${allowed}` }];
}

function maxLength(value: string, path: string, length: number): Problem[] {
  return value.length > length ? [{ path, message: `has ${value.length} characters; Fabric allows ${length}` }] : [];
}
