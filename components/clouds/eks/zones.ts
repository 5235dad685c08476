import { getAvailabilityZonesOutput } from "@pulumi/aws/getAvailabilityZones";
import * as pulumi from "@pulumi/pulumi";

/** Zones without room for control planes: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html */
const withoutControlPlanes = ["use1-az3", "usw1-az2", "cac1-az3"];

/**
 * Asks AWS whether a cluster is possible in the zones. The letters of a region's zones differ between accounts.
 *
 * @returns The same zones, in the same order.
 * @throws {pulumi.RunError} in the output, with the names of the existing zones.
 */
export function usableZones(zones: readonly string[], opts: pulumi.InvokeOutputOptions): pulumi.Output<string[]> {
  const filters = [{ name: "zone-type", values: ["availability-zone"] }];
  return getAvailabilityZonesOutput({ excludeZoneIds: withoutControlPlanes, filters }, opts).names.apply((known) =>
    checkZones(zones, known),
  );
}

/** @throws {pulumi.RunError} when one of `zones` is not `known`. */
export function checkZones(zones: readonly string[], known: readonly string[]): string[] {
  const unknown = zones.filter((zone) => !known.includes(zone));
  if (unknown.length === 0) return [...zones];
  throw new pulumi.RunError(
    `cluster.zones: given ${zones.join(", ")}, of which ${unknown.join(", ")} cannot have a cluster; ` +
      `must be of those that this account has and EKS uses: ${known.join(", ")}`,
  );
}
