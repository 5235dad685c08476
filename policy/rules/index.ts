import type { ResourceRule, StackRule } from "../rule";
import { adminPorts } from "./admin-ports";
import { apiEndpoint } from "./api-endpoint";
import { broadRights } from "./broad-rights";
import { clusterRights } from "./cluster-rights";
import { defaultDeny } from "./default-deny";
import { deletionProtection } from "./deletion-protection";
import { diskEncryption } from "./disk-encryption";
import { firewallSources } from "./firewall-sources";
import { imageTags } from "./image-tags";
import { keyDeletion } from "./key-deletion";
import { ledgerVolumes } from "./ledger-volumes";
import { loadBalancerSources } from "./load-balancer-sources";
import { nodeAddresses } from "./node-addresses";
import { openPolicies } from "./open-policies";
import { ownKeys } from "./own-keys";
import { podPrivileges } from "./pod-privileges";
import { podRestrictions } from "./pod-restrictions";
import { resourceAmounts } from "./resource-amounts";
import { serviceAccountTokens } from "./service-account-tokens";

export const resourceRules: readonly ResourceRule[] = [
  apiEndpoint,
  broadRights,
  clusterRights,
  deletionProtection,
  diskEncryption,
  firewallSources,
  imageTags,
  keyDeletion,
  ledgerVolumes,
  nodeAddresses,
  openPolicies,
  podPrivileges,
  podRestrictions,
  resourceAmounts,
  serviceAccountTokens,
];

export const stackRules: readonly StackRule[] = [adminPorts, defaultDeny, loadBalancerSources, ownKeys];
