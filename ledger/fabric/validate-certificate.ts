import { isIP } from "node:net";
import { show, type Problem } from "../problem";

/** RFC 5280, appendix A.1: ub-common-name and ub-organization-name. */
const MAX_NAME_LENGTH = 64;
/** RFC 1035, 2.3.4. */
const MAX_DNS_NAME_LENGTH = 253;
/** Labels of letters, digits and inner hyphens; the first one may be `*` (RFC 6125, 6.4.3). */
const DNS_NAME = /^(\*\.)?[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;
/** UTCTime and GeneralizedTime end with the year 9999; a longer life is a slip of the hand. */
const MAX_VALIDITY_DAYS = 100 * 366;

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
    ...duplicates(names, path),
    ...names.flatMap((name, index) =>
      name.length <= MAX_DNS_NAME_LENGTH && DNS_NAME.test(name)
        ? []
        : [
            {
              path: `${path}[${index}]`,
              message: `${show(name)} is not a DNS name; write for example "peer0.org1.svc"`,
            },
          ],
    ),
  ];
}

export function validateIpAddresses(addresses: string[], path: string): Problem[] {
  return [
    ...duplicates(addresses, path),
    ...addresses.flatMap((address, index) =>
      isIP(address) === 0
        ? [
            {
              path: `${path}[${index}]`,
              message: `${show(address)} is not an IP address; write for example "127.0.0.1"`,
            },
          ]
        : [],
    ),
  ];
}

function validateName(value: string, path: string): Problem[] {
  if (value.trim() === "") {
    return [{ path, message: "is empty" }];
  }
  return value.length > MAX_NAME_LENGTH
    ? [{ path, message: `${show(value)} has ${value.length} characters; X.509 allows ${MAX_NAME_LENGTH}` }]
    : [];
}

function validateValidityDays(days: number, path: string): Problem[] {
  return days > 0 && days <= MAX_VALIDITY_DAYS
    ? []
    : [{ path, message: `${days} is not a number of days; write 1 to ${MAX_VALIDITY_DAYS}, for example 365` }];
}

function duplicates(values: string[], path: string): Problem[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) < index ? [{ path: `${path}[${index}]`, message: `${show(value)} is listed twice` }] : [],
  );
}
