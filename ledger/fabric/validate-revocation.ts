/** Whether the revocations of a channel last, and leave somebody to sign. */
import type { ChannelConfig, OrdererOrganization, PeerOrganization } from "./channel-config";
import { isRevoked, revokedSerials } from "./revoked";
import { problem, type Problem } from "../../lib/problem";

type Organization = OrdererOrganization | PeerOrganization;

/** Problems of an organisation that `next` still has, without revocations that `previous` has. */
export function validateRevocationsKept(previous: ChannelConfig, next: ChannelConfig, path: string): Problem[] {
  const sections = ["ordererOrganizations", "peerOrganizations"] as const;
  return sections.flatMap((section) => {
    const before: Organization[] = previous[section];
    return next[section].flatMap(({ name, msp }, index) => {
      const lost = lostSerials(before.find((organization) => organization.name === name)?.msp.revocationLists, msp);
      if (lost.length === 0) return [];
      return [
        problem({
          path: `${path}.${section}[${index}].msp.revocationLists`,
          must: `have ${lost.join(", ")}`,
          because: "these certificates are revoked, and would be good again",
          hint: `Keep \`users\` of organisation ${name} in the stack file, an empty list at least`,
        }),
      ];
    });
  });
}

function lostSerials(before: string[] = [], { revocationLists: after = [] }: Organization["msp"]): string[] {
  const kept = new Set(after.flatMap(revokedSerials));
  return before.flatMap(revokedSerials).filter((serial) => !kept.has(serial));
}

/** Problems of administrators whose certificate is on a list of their own organisation. */
export function validateSigners(
  config: ChannelConfig,
  administrators: readonly { mspId: string; certificate: string }[],
  path: string,
): Problem[] {
  const organizations: Organization[] = [...config.ordererOrganizations, ...config.peerOrganizations];
  return administrators.flatMap(({ mspId, certificate }, index) => {
    const lists = organizations
      .filter(({ msp }) => msp.mspId === mspId)
      .flatMap(({ msp }) => msp.revocationLists ?? []);
    if (!isRevoked(certificate, lists)) return [];
    const because = `the administrator of ${mspId} is on the revocation list of the channel`;
    return [problem({ path: `${path}[${index}].certificate`, must: "be another one", because })];
  });
}
