import * as kms from "@pulumi/aws/kms";
import type { CloudContext } from "../cloud-cluster";

/**
 * Key of Kubernetes secrets, ledgers and files. Losing it makes all of them unreadable; AWS therefore keeps it for the
 * deletion window.
 */
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
