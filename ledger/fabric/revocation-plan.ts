/** Certificates of an organisation that no longer count, from what it has now and what it had before. */

/** An identity by name, with the serial numbers of its certificates. */
export interface IssuedIdentity {
  name: string;
  /** Serial numbers of the certificates of its present key. */
  serials: string[];
}

export interface RevocationPlan {
  /** Identities as they are now. */
  identities: IssuedIdentity[];
  /** Serial numbers to revoke beside those that follow from the identities. */
  revoke: string[];
  /** Identities as they were when the list was last made. */
  former: IssuedIdentity[];
  /** Serial numbers that the last list has. They stay: a revocation is for good. */
  revoked: string[];
}

/**
 * Serial numbers of the next list, those of the last one first. A certificate that an identity had is revoked when the
 * identity is gone or has another key. A renewed certificate has the same key, and the one before it stays good.
 */
export function revocations({ identities, revoke, former, revoked }: RevocationPlan): string[] {
  const good = new Set(identities.flatMap(({ serials }) => serials));
  const left = former.flatMap(({ serials }) => serials).filter((serial) => !good.has(serial));
  return [...new Set([...revoked, ...revoke, ...left])];
}
