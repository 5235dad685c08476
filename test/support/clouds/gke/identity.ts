/** Identities, keys and file servers of Google Cloud. */
import type * as filestore from "@pulumi/gcp/filestore";
import type * as kms from "@pulumi/gcp/kms";
import type * as projects from "@pulumi/gcp/projects";
import type * as serviceaccount from "@pulumi/gcp/serviceaccount";
import { text } from "../cloud-style";
import { resource, type Draft, type ResourceType } from "../resource-type";
import { byAnyName, networkType } from "./network";
import { projectNumber, projectOf } from "./project";

const accountType = "gcp:serviceaccount/account:Account";
const ringType = "gcp:kms/keyRing:KeyRing";
const keyType = "gcp:kms/cryptoKey:CryptoKey";

function emailOf(draft: Omit<Draft, "id">): string {
  return `${text(draft.inputs.accountId)}@${projectOf(draft)}.iam.gserviceaccount.com`;
}

const memberId = ({ inputs }: Omit<Draft, "id">): string =>
  ["project", "cryptoKeyId", "serviceAccountId", "role", "member"]
    .map((name) => text(inputs[name]))
    .filter(Boolean)
    .join("/");
const etag = (): string => "BwYVxW0=";

export const identityResources: Record<string, ResourceType> = {
  [accountType]: resource<serviceaccount.AccountArgs, serviceaccount.Account>({
    required: { accountId: true },
    autoname: "accountId",
    replaces: ["accountId", "project"],
    refers: [],
    problems: ({ accountId }) =>
      typeof accountId === "string" && !/^[a-z][-a-z0-9]{4,28}[a-z0-9]$/.test(accountId)
        ? [`"account_id" ("${accountId}") doesn't match regexp "^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$"`]
        : [],
    id: (draft) => `projects/${projectOf(draft)}/serviceAccounts/${emailOf(draft)}`,
    outputs: {
      email: emailOf,
      member: (draft) => `serviceAccount:${emailOf(draft)}`,
      name: ({ id }) => id,
      uniqueId: () => "100000000000000000000",
    },
  }),
  "gcp:serviceaccount/iAMMember:IAMMember": resource<serviceaccount.IAMMemberArgs, serviceaccount.IAMMember>({
    required: { member: true, role: true, serviceAccountId: true },
    replaces: ["member", "role", "serviceAccountId", "condition"],
    refers: [byAnyName("serviceAccountId", accountType, "cascade")],
    id: memberId,
    outputs: { etag },
  }),
  "gcp:projects/iAMMember:IAMMember": resource<projects.IAMMemberArgs, projects.IAMMember>({
    required: { member: true, project: true, role: true },
    replaces: ["member", "role", "project", "condition"],
    refers: [],
    id: memberId,
    outputs: { etag },
  }),
  "gcp:projects/service:Service": resource<projects.ServiceArgs, projects.Service>({
    required: { service: true },
    replaces: ["service", "project"],
    refers: [],
    id: (draft) => `${projectOf(draft)}/${text(draft.inputs.service)}`,
    outputs: { project: (draft) => projectOf(draft) },
  }),
  // Google cannot delete rings and keys: Pulumi forgets them, and their names stay in use.
  [ringType]: resource<kms.KeyRingArgs, kms.KeyRing>({
    required: { location: true },
    autoname: "name",
    replaces: ["name", "location", "project"],
    refers: [],
    staysWhenDeleted: true,
    id: (draft) =>
      `projects/${projectOf(draft)}/locations/${text(draft.inputs.location)}/keyRings/${text(draft.inputs.name)}`,
    outputs: { project: (draft) => projectOf(draft) },
  }),
  [keyType]: resource<kms.CryptoKeyArgs, kms.CryptoKey>({
    required: { keyRing: true },
    autoname: "name",
    replaces: ["name", "keyRing", "purpose", "destroyScheduledDuration", "importOnly", "cryptoKeyBackend"],
    refers: [{ path: "keyRing", type: ringType, onDelete: "nothing" }],
    staysWhenDeleted: true,
    id: ({ inputs }) => `${text(inputs.keyRing)}/cryptoKeys/${text(inputs.name)}`,
    outputs: { primaries: ({ id }) => [{ name: `${id}/cryptoKeyVersions/1`, state: "ENABLED" }] },
  }),
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": resource<kms.CryptoKeyIAMMemberArgs, kms.CryptoKeyIAMMember>({
    required: { cryptoKeyId: true, member: true, role: true },
    replaces: ["cryptoKeyId", "member", "role", "condition"],
    refers: [{ path: "cryptoKeyId", type: keyType, onDelete: "nothing" }],
    id: memberId,
    outputs: { etag },
  }),
  "gcp:filestore/instance:Instance": resource<filestore.InstanceArgs, filestore.Instance>({
    required: { fileShares: true, networks: true, tier: true },
    autoname: "name",
    replaces: ["name", "location", "zone", "tier", "project", "networks", "kmsKeyName", "protocol", "fileShares.name"],
    refers: [byAnyName("networks[].network", networkType, "refuse")],
    refusesDelete: ({ inputs }) =>
      inputs.deletionProtectionEnabled === true
        ? "googleapi: Error 400: Instance is protected from deletion: set deletion_protection_enabled to false first"
        : undefined,
    id: (draft) =>
      `projects/${projectOf(draft)}/locations/${text(draft.inputs.location)}/instances/${text(draft.inputs.name)}`,
    outputs: {
      createTime: () => new Date().toISOString(),
      networks: ({ inputs }) =>
        (inputs.networks as object[]).map((network) => ({ ...network, ipAddresses: ["10.65.0.2"] })),
    },
    moves: { networks: ["networks"] },
  }),
};

export const googleAccount = `service-${projectNumber}@container-engine-robot.iam.gserviceaccount.com`;
