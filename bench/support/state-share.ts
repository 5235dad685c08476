/** Parts of a stack's state. */

/** Resources of one type in a state. */
export interface StateShare {
  /** `kubernetes:apps/v1:StatefulSet` */
  type: string;
  resources: number;
  /** Of all of them together. */
  bytes: number;
}

/**
 * Bytes of a state by type of resource, largest first.
 *
 * @param text of a state file
 */
export function stateShares(text: string): StateShare[] {
  const { checkpoint } = JSON.parse(text) as { checkpoint: { latest: { resources: { type: string }[] } } };
  const shares = new Map<string, StateShare>();
  for (const resource of checkpoint.latest.resources) {
    const share = shares.get(resource.type) ?? { type: resource.type, resources: 0, bytes: 0 };
    share.resources += 1;
    share.bytes += Buffer.byteLength(JSON.stringify(resource));
    shares.set(resource.type, share);
  }
  return [...shares.values()].toSorted((one, other) => other.bytes - one.bytes);
}
