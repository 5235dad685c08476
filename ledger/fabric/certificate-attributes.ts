/** Attributes of an identity: facts in its certificate that chaincode decides by. */
import { problem, type Problem } from "../../lib/problem";

/**
 * Extension of Fabric CA. Its value is JSON and no DER, as chaincode's client identity libraries read it:
 * https://hyperledger-fabric-ca.readthedocs.io/en/latest/users-guide.html#attribute-based-access-control
 */
export const attributesExtensionId = "1.2.3.4.5.6.7.8.1";
/** Names as Fabric CA's command line takes them, between the `,`, `:` and `=` of its lists. */
const nameForm = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/;
/** A certificate travels with every transaction. */
const maxValueLength = 256;
/** Fabric CA's attributes of registrars and enrolments begin so. */
const reservedPrefix = "hf.";
const settableReserved = "hf.Affiliation";

/** Values by name. Stack files are checked while a value of the wrong kind is missing. */
type Attributes = Readonly<Record<string, string | undefined>>;

/** Value of the extension, sorted by name. */
export function attributesExtensionValue(attributes: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return new TextEncoder().encode(JSON.stringify({ attrs: Object.fromEntries(sorted) }));
}

/**
 * Attributes that Fabric CA adds to those of a user: the name, the role and the affiliation. Undefined for a user without
 * attributes, whose certificate has no extension.
 *
 * @param attributes Attributes of the user. `hf.Affiliation` is the affiliation. Default: an empty one.
 */
export function enrolmentAttributes(
  { name, role }: { name: string; role: string },
  attributes: Readonly<Record<string, string>> = {},
): Record<string, string> | undefined {
  if (Object.keys(attributes).length === 0) return undefined;
  return { [settableReserved]: "", ...attributes, "hf.EnrollmentID": name, "hf.Type": role };
}

/** Problems of attributes in a certificate, those of names first. */
export function validateAttributes(attributes: Attributes = {}, path: string): Problem[] {
  return Object.entries(attributes).flatMap(([name, value]) => [
    ...(nameForm.test(name)
      ? []
      : [
          problem({
            path: `${path}[${JSON.stringify(name)}]`,
            must: "have a name of 1 to 64 letters, digits, dots, hyphens and underscores",
          }),
        ]),
    ...(value === undefined || value.length <= maxValueLength
      ? []
      : [
          problem({
            path: `${path}.${name}`,
            given: `${value.length} characters`,
            must: `have ${maxValueLength} characters or fewer`,
            because: "the certificate travels with every transaction",
          }),
        ]),
  ]);
}

/** Problems of attributes that a user is given: those of a certificate, and names that Fabric CA keeps for itself. */
export function validateUserAttributes(attributes: Attributes, path: string): Problem[] {
  const reserved = Object.keys(attributes).filter(
    (name) => name.startsWith(reservedPrefix) && name !== settableReserved,
  );
  return [
    ...validateAttributes(attributes, path),
    ...reserved.map((name) =>
      problem({
        path: `${path}[${JSON.stringify(name)}]`,
        must: `be left out or be ${settableReserved}`,
        because: "names with hf. are Fabric CA's; the name and the role of the user are set",
      }),
    ),
  ];
}
