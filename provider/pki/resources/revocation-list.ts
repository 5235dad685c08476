import { isDeepStrictEqual } from "node:util";
import { revocations, type IssuedIdentity } from "../../../ledger/fabric/revocation-plan";
import { canonicalSerial, serialOf } from "../../../ledger/fabric/serial-number";
import { problem } from "../../../lib/problem";
import type { CheckedInputs, OutputsOf } from "../../framework/declaration";
import { isKnown, unknownValue, type Loose } from "../../framework/property-value";
import { computationTimeoutSeconds, type OperationContext, type Resource } from "../../framework/resource";
import { duplicateProblems, type Problem } from "../../framework/schema";
import type { revocationList as declared } from "../declarations";
import { issuerChange, pemProblems } from "./issuer";

type Inputs = CheckedInputs<typeof declared>;
type State = OutputsOf<typeof declared>;
type Identity = Inputs["identities"][number];

/** State of a list that was never made. */
const noList: State = { revocationLists: [], number: 0, revoked: [], known: [] };

/**
 * A revocation list. It remembers the identities that it was made for, so that one that is taken out of the program, or
 * gets another key by whatever way, is revoked without a word. It is made anew only for another entry.
 */
export const revocationList: Resource<Inputs, State> = {
  defaultTimeoutSeconds: computationTimeoutSeconds,

  validate: (inputs) => {
    const problems = certificateProblems(inputs);
    return problems.length > 0 ? problems : presentOnesRevoked(inputs);
  },

  diff: ({ oldInputs, oldState, newInputs: { caCertificate, identities, revoke } }) => {
    const changes = issuerChange(oldInputs.caCertificate, caCertificate);
    const isSame =
      isKnown<Identity[]>(identities) &&
      isKnown<string[]>(revoke) &&
      isDeepStrictEqual(issued(identities), oldState.known) &&
      nextEntries({ identities, revoke }, oldState).length === 0;
    return isSame ? changes : [...changes, { path: "identities", kind: "update" }];
  },

  /** A new identity revokes nothing, so a preview needs the certificates of those that the last list was made for. */
  preview: (inputs, previous) => {
    const unknown = { revocationLists: unknownValue, number: unknownValue, revoked: unknownValue, known: unknownValue };
    const state = previous?.state ?? noList;
    const { identities, revoke } = inputs;
    const isSameIssuer =
      previous === undefined || issuerChange(previous.inputs.caCertificate, inputs.caCertificate).length === 0;
    if (!isSameIssuer || !Array.isArray(identities) || !isKnown<string[]>(revoke)) return unknown;
    const old = (identities as Loose<Identity>[]).filter((identity) => isOld(identity, state));
    const former = (identities as Loose<Identity>[]).map((identity) =>
      "formerSerials" in identity ? (identity.formerSerials ?? []) : [],
    );
    if (!isKnown<Identity[]>(old) || !isKnown<string[][]>(former)) return unknown;
    if (nextEntries({ identities: old, revoke: [...revoke, ...former.flat()] }, state).length > 0) return unknown;
    return { ...state, known: unknownValue };
  },

  async create(inputs, context) {
    const { describeCertificate } = await import("../../../ledger/fabric/certificate-description.ts");
    const { publicKeyFingerprint } = describeCertificate(inputs.caCertificate);
    return { id: publicKeyFingerprint, state: await nextList(inputs, noList, context) };
  },

  async update({ inputs, newInputs, state }, context) {
    const isSameIssuer = issuerChange(inputs.caCertificate, newInputs.caCertificate).length === 0;
    return nextList(newInputs, isSameIssuer ? state : { ...state, revocationLists: [] }, context);
  },

  read: ({ inputs, state }) => Promise.resolve({ inputs, state }),

  async delete() {
    // A channel that has the list keeps it: its resource refuses to go without.
  },
};

function certificateProblems({ caCertificate, identities }: Inputs): Problem[] {
  const pems = [
    { path: "caCertificate", pem: caCertificate },
    ...identities.map(({ certificate }, index) => ({ path: `identities[${index}].certificate`, pem: certificate })),
  ];
  return [
    ...duplicateProblems(identities, "identities", ({ name }) => name),
    ...pems.flatMap(({ path, pem }) => pemProblems(pem, path)),
  ];
}

/** Without its certificate an administrator can sign nothing any more, and so not even its own return. */
function presentOnesRevoked({ identities, revoke }: Inputs): Problem[] {
  const present = new Map(issued(identities).flatMap(({ name, serials }) => serials.map((serial) => [serial, name])));
  return revoke.flatMap((serial, index) => {
    const name = present.get(canonicalSerial(serial));
    if (name === undefined) return [];
    const because = `it is the present certificate of ${name}`;
    const hint = `Revoke ${name} by name, which gives it another key`;
    return [problem({ path: `revoke[${index}]`, given: serial, must: "be of a former certificate", because, hint })];
  });
}

function issued(identities: readonly Identity[]): IssuedIdentity[] {
  return identities.map(({ name, certificate, serials = [] }) => ({
    name,
    serials: [...new Set([...serials.map(canonicalSerial), serialOf(certificate)])],
  }));
}

/** Serial numbers that the last list does not have. */
function nextEntries(
  { identities, revoke }: Pick<Inputs, "identities" | "revoke">,
  { known, revoked }: State,
): string[] {
  const named = [...identities.flatMap(({ formerSerials = [] }) => formerSerials), ...revoke].map(canonicalSerial);
  const before = revoked.map(({ serial }) => serial);
  return revocations({ identities: issued(identities), revoke: named, former: known, revoked: before }).slice(
    before.length,
  );
}

function isOld(identity: Loose<Identity>, { known }: State): boolean {
  const name = "name" in identity ? identity.name : undefined;
  return name === undefined || !isKnown<string>(name) || known.some((former) => former.name === name);
}

async function nextList(inputs: Inputs, before: State, context: OperationContext): Promise<State> {
  const known = issued(inputs.identities);
  const entries = nextEntries(inputs, before);
  const now = context.now();
  const revoked = [...before.revoked, ...entries.map((serial) => ({ serial, revokedAt: now.toISOString() }))];
  const isMade = before.revocationLists.length > 0;
  if (revoked.length === 0 || (isMade && entries.length === 0)) return { ...before, known };
  const number = before.number + 1;
  context.log.info(`revocation list ${number} revokes ${entries.join(", ") || "what the last one did"}`);
  const { createRevocationList } = await import("../../../ledger/fabric/revocation-list.ts");
  const ca = { certificate: inputs.caCertificate, privateKey: inputs.caPrivateKey };
  return { revocationLists: [await createRevocationList({ ca, number, revoked, now })], number, revoked, known };
}
