import type { ResourceRule, StackRule } from "../rule";
import { adminPorts } from "./admin-ports";
import { apiEndpoint } from "./api-endpoint";
import { defaultDeny } from "./default-deny";
import { deletionProtection } from "./deletion-protection";
import { diskEncryption } from "./disk-encryption";
import { imageTags } from "./image-tags";
import { ledgerVolumes } from "./ledger-volumes";
import { podPrivileges } from "./pod-privileges";
import { resourceAmounts } from "./resource-amounts";

export const resourceRules: readonly ResourceRule[] = [
  apiEndpoint,
  deletionProtection,
  diskEncryption,
  imageTags,
  ledgerVolumes,
  podPrivileges,
  resourceAmounts,
];

export const stackRules: readonly StackRule[] = [adminPorts, defaultDeny];
