import { verifyIssuedBy } from "./certificate-description";

/** A longer chain than any that Fabric's CA makes ends the search. */
const longestChain = 8;

/** Whether a certificate leads to one of the roots, directly or by intermediates. Says nothing of validity times. */
export function chainsToRoot(
  certificate: string,
  roots: readonly string[],
  intermediates: readonly string[] = [],
  length = longestChain,
): boolean {
  if (roots.some((root) => verifyIssuedBy(certificate, root))) return true;
  if (length === 0) return false;
  return intermediates.some(
    (intermediate) =>
      verifyIssuedBy(certificate, intermediate) && chainsToRoot(intermediate, roots, intermediates, length - 1),
  );
}
