import { verifyIssuedBy } from "./certificate-description";

/**
 * Whether a certificate leads to one of the roots, directly or by intermediates. Says nothing of validity times.
 *
 * Each intermediate counts once, however many ways lead to it: with one subject and key for many, all ways together are more than
 * any search ends with.
 */
export function chainsToRoot(
  certificate: string,
  roots: readonly string[],
  intermediates: readonly string[] = [],
): boolean {
  const unseen = new Set(intermediates);
  const reached = [certificate];
  for (const current of reached) {
    if (roots.some((root) => verifyIssuedBy(current, root))) return true;
    const issuers = [...unseen].filter((intermediate) => verifyIssuedBy(current, intermediate));
    for (const issuer of issuers) unseen.delete(issuer);
    reached.push(...issuers);
  }
  return false;
}
