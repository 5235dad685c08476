import { isIP } from "node:net";
import { problem, type Problem } from "../../lib/problem";
import { duplicates } from "./validate-lists";

/** RFC 5280, appendix A.1: ub-common-name and ub-organization-name. */
const maxNameLength = 64;
/** RFC 1035, 2.3.4. */
const maxDnsNameLength = 253;
/** Labels of letters, digits and inner hyphens; the first one may be `*` (RFC 6125, 6.4.3). */
const dnsNameForm = /^(\*\.)?[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;
/** UTCTime and GeneralizedTime end with the year 9999; a longer life is a slip of the hand. */
const maxValidityDays = 100 * 366;

export function validateSubject(request: {
  commonName: string;
  organization: string;
  validityDays: number;
}): Problem[] {
  return [
    ...validateName(request.commonName, "commonName"),
    ...validateName(request.organization, "organization"),
    ...validateValidityDays(request.validityDays, "validityDays"),
  ];
}

export function validateDnsNames(names: string[], path: string): Problem[] {
  return [
    ...duplicates(names, path, "a DNS name"),
    ...names.flatMap((name, index) =>
      name.length <= maxDnsNameLength && dnsNameForm.test(name)
        ? []
        : [problem({ path: `${path}[${index}]`, given: name, must: 'be a DNS name, for example "peer0.org1.svc"' })],
    ),
  ];
}

export function validateIpAddresses(addresses: string[], path: string): Problem[] {
  return [
    ...duplicates(addresses, path, "an IP address"),
    ...addresses.flatMap((address, index) =>
      isIP(address) === 0
        ? [problem({ path: `${path}[${index}]`, given: address, must: 'be an IP address, for example "127.0.0.1"' })]
        : [],
    ),
  ];
}

function validateName(value: string, path: string): Problem[] {
  return value.trim() !== "" && value.length <= maxNameLength
    ? []
    : [problem({ path, given: value, must: `be a name of 1 to ${maxNameLength} characters` })];
}

function validateValidityDays(days: number, path: string): Problem[] {
  return days > 0 && days <= maxValidityDays
    ? []
    : [problem({ path, given: days, must: `be a number of days from 1 to ${maxValidityDays}, for example 365` })];
}
