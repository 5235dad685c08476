/** Users of a Fabric organisation: identities with names of their own, and revoked certificates. */
import { z } from "zod";
import { validateUserAttributes } from "../../ledger/fabric/certificate-attributes";
import { canonicalSerial, validateSerial } from "../../ledger/fabric/serial-number";
import { problem, type Problem } from "../../lib/problem";
import { choice, dnsLabel, list, map, textMap, wholeNumber } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { duplicates, entriesOf } from "../kit/rule";

/** Names of the identities that every organisation has, and of its other certificates. */
const ownNames = /^(admin|client|ca|tlsca|monitoring|(peer|orderer)[0-9]+)$/;
const serialForm = 'a serial number in hex and in quotes, for example "5A:3C:01", as `openssl x509 -serial` prints it';

const user = map({
  name: dnsLabel(30).describe("Name of the user. The common name of its certificate is `<name>.<organisation>`."),
  role: choice(["client", "admin"])
    .default("client")
    .describe(
      "Role of the user in the organisation's MSP: `client` reads and submits, `admin` also administers peers and signs channel updates.",
    ),
  validityDays: wholeNumber(2, 3650)
    .optional()
    .describe("Validity of the user's certificate, in days. Default: `certificates.validityDays`."),
  attributes: textMap()
    .optional()
    .describe(
      "Attributes in the user's certificate that chaincode decides by, as Fabric CA writes them; `hf.EnrollmentID`, `hf.Type` and " +
        "`hf.Affiliation` come with them. A change gives the user a new key, and revokes the former certificates. Default: none.",
    ),
});

const revocation = map({
  name: dnsLabel(30)
    .optional()
    .describe(
      "Name of an identity: a user, `admin` or, in a peer organisation, `client`. The identity gets a new key, and the certificates of its former keys are revoked. Default: none, with `serial`.",
    ),
  generation: wholeNumber(1, 1000)
    .optional()
    .describe("Number of the last revoked key of `name`; the first key is 1. Default: 1, with `name`."),
  serial: z
    .string({ error: serialForm })
    .refine((serial) => validateSerial(serial, "").length === 0, { error: serialForm })
    .optional()
    .describe("Serial number of a certificate of the organisation's CA, in hex. Default: none, with `name`."),
});

/** Part of every organisation. */
export const users = {
  users: list(user, { of: "users" })
    .optional()
    .describe(
      "Users of the organisation. Each has a key and a certificate in the output `fabric`. The certificates of a removed user are revoked. Default: no user, and no memory of removed ones.",
    ),
  revoke: list(revocation, { of: "revocations" })
    .optional()
    .describe("Revoked certificates. A revocation is final: removing an entry restores no certificate. Default: none."),
};

type UserSettings = z.infer<typeof user>;
type Revocation = z.infer<typeof revocation>;

/** Values of an organisation that the rules about users read. */
export interface LooseUsers {
  users?: (Loose<UserSettings> | undefined)[] | undefined;
  revoke?: (Loose<Revocation> | undefined)[] | undefined;
}

/** Number of the present key of the identity `name`: the one after the last revoked key. Undefined: the first key. */
export function keyGeneration(name: string, revoke: readonly Revocation[] = []): number | undefined {
  const revoked = revoke.filter((entry) => entry.name === name).map(({ generation = 1 }) => generation);
  return revoked.length === 0 ? undefined : Math.max(...revoked) + 1;
}

/**
 * Problems of the users of one organisation.
 *
 * @param own Names of the identities that the organisation has without users.
 */
export function userProblems(
  organization: LooseUsers,
  path: string,
  own: readonly string[],
  renewBeforeDays: number | undefined,
): Problem[] {
  const entries = entriesOf(organization.users, `${path}.users`);
  const names = [...new Set([...own, ...entries.flatMap(({ item: { name } }) => name ?? [])])];
  return [
    ...entries.flatMap((entry) => [...ownName(entry), ...renewable(entry, renewBeforeDays), ...attributesRight(entry)]),
    ...duplicates(
      "a name",
      entries.map(({ item, path: at }) => ({ value: item.name, path: `${at}.name` })),
    ),
    ...entriesOf(organization.revoke, `${path}.revoke`).flatMap((entry) => revocationProblems(entry, names)),
    ...duplicates(
      "a revocation",
      entriesOf(organization.revoke, `${path}.revoke`).map(({ item: { name, generation = 1, serial }, path: at }) => ({
        value: name ?? serial,
        path: at,
        key: serial === undefined ? name && `${name} ${generation}` : canonicalSerial(serial),
      })),
    ),
  ];
}

interface Entry<T> {
  item: Loose<T>;
  path: string;
}

function ownName({ item: { name }, path }: Entry<UserSettings>): Problem[] {
  if (name === undefined || !ownNames.test(name)) return [];
  const because = "the organisation has a certificate of that name itself";
  return [problem({ path: `${path}.name`, given: name, must: "be another name", because })];
}

function renewable({ item: { validityDays }, path }: Entry<UserSettings>, renewBeforeDays = 0): Problem[] {
  if (validityDays === undefined || validityDays > renewBeforeDays) return [];
  const must = `be more than certificates.renewBeforeDays (${renewBeforeDays})`;
  return [problem({ path: `${path}.validityDays`, given: validityDays, must, because: "every run would renew it" })];
}

function attributesRight({ item: { attributes }, path }: Entry<UserSettings>): Problem[] {
  return validateUserAttributes(attributes ?? {}, `${path}.attributes`);
}

function revocationProblems({ item, path }: Entry<Revocation>, names: readonly string[]): Problem[] {
  const { name, generation, serial } = item;
  if ((name === undefined) === (serial === undefined)) return [problem({ path, must: "have either name or serial" })];
  if (name === undefined) {
    return generation === undefined
      ? []
      : [problem({ path: `${path}.generation`, given: generation, must: "stand beside name, not serial" })];
  }
  return names.includes(name)
    ? []
    : [
        problem({
          path: `${path}.name`,
          given: name,
          must: `be one of ${names.join(", ")}`,
          because: "a user that is removed from users is revoked by that already",
        }),
      ];
}
