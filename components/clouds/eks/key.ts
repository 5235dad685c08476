import * as kms from "@pulumi/aws/kms";
import type { CloudContext } from "../cloud-cluster";

/** The key of Kubernetes secrets, ledgers and files. Whoever loses it loses them all, so it outlives its deletion by a while. */
export function createEksKey({ prefix, config, resourceOptions }: CloudContext<"eks">): kms.Key {
  return new kms.Key(
    `${prefix}-key`,
    {
      description: `Kubernetes secrets, ledgers and files of ${config.name}`,
      enableKeyRotation: true,
      deletionWindowInDays: config.environment === "production" ? 30 : 7,
    },
    { ...resourceOptions, protect: config.protect },
  );
}
