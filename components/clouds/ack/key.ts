import * as kms from "@pulumi/alicloud/kms";
import type { CloudContext } from "../cloud-cluster";

/**
 * Key that encrypts Kubernetes secrets and disks.
 *
 * Without a KMS instance it is the account's default key of the region. A region has one such key, which other programs
 * may use too: it is never deleted. A second stack in the region gives its id, or a KMS instance, as `encryptionKey`.
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
