import * as kms from "@pulumi/alicloud/kms";
import type { CloudContext } from "../cloud-cluster";

/**
 * The key of Kubernetes secrets and of disks.
 *
 * Outside of a KMS instance the account's default key of the region. There is one, for whoever else uses it, too: so it
 * is never deleted, and a second stack in the region names it as `encryptionKey`, or an instance.
 */
export function createAckKey({ prefix, config, tags, resourceOptions }: CloudContext<"ack">): kms.Key {
  const { environment, name, protect, kmsInstanceId } = config;
  return new kms.Key(
    `${prefix}-key`,
    {
      description: `Kubernetes secrets and disks of ${name}`,
      dkmsInstanceId: kmsInstanceId,
      automaticRotation: "Enabled",
      rotationInterval: "365d",
      pendingWindowInDays: environment === "production" ? 30 : 7,
      deletionProtection: protect ? "Enabled" : "Disabled",
      tags,
    },
    { ...resourceOptions, protect, retainOnDelete: kmsInstanceId === undefined },
  );
}
