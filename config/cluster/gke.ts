/** Stack file section `cluster` with `vendor: gke`: Google Kubernetes Engine. */
import { z } from "zod";
import { dnsLabel, map, text } from "../kit/fields";
import type { Loose } from "../kit/json-schema";
import { error, type Rule } from "../kit/rule";
import {
  cloud,
  derivedOfCloud,
  connectedApi,
  innerCidr,
  nodePools,
  ownCidr,
  roomForPods,
  sharedRules,
  zones,
} from "./cloud";
import { googleLabels, tagsOf } from "./tags";

const resourceName = (what: string) => text(/^[a-z]([a-z0-9-]*[a-z0-9])?$/, `the name of a ${what}`);

const existingNetwork = map({
  network: resourceName("VPC network").describe("VPC network, in the same project."),
  subnetwork: resourceName("subnetwork").describe("Subnetwork for nodes, with a route to the internet (Cloud NAT)."),
  podRange: resourceName("secondary range").describe("Secondary range of the subnetwork for pods."),
  serviceRange: resourceName("secondary range").describe("Secondary range of the subnetwork for Services."),
});

const schema = map({
  vendor: z.literal("gke").describe("Google Kubernetes Engine."),
  project: text(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, 'the id of a project, for example "trade-123456"').describe(
    "Project. The APIs container, compute and cloudkms (and file, for a file system) must be enabled in it.",
  ),
  region: text(/^[a-z]+-[a-z]{1,20}[0-9]{1,2}$/, 'a region of Google Cloud, for example "europe-west3"').describe(
    "Region.",
  ),
  zones: zones(/^[a-z]+-[a-z]+[0-9]+-[a-z]$/, '["europe-west3-a", "europe-west3-b", "europe-west3-c"]')
    .optional()
    .describe("Zones of the nodes. Default: three that GKE chooses at the creation."),
  ...cloud,
  // The name of the nodes' service account, at most 30 characters, is this name with "-nodes".
  name: dnsLabel(24).describe(
    "Name of the cluster, and prefix of its resources' names; 24 characters at most. The vendor shows it with six digits appended. Another name is another cluster.",
  ),
  nodePools: nodePools({ system: "n2-standard-2", ledger: "n2-standard-4" }),
  network: map({
    cidr: ownCidr("10.64.0.0/16"),
    existing: existingNetwork.optional().describe("A network of your own. Default: a new one."),
    podCidr: innerCidr("10.68.0.0/14", "pods"),
    serviceCidr: innerCidr("10.72.0.0/20", "Services"),
  })
    .prefault({})
    .describe("Network of the nodes. With `existing` its ranges apply."),
  encryptionKey: text(
    /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
    'a Cloud KMS key, "projects/.../locations/.../keyRings/.../cryptoKeys/..."',
  )
    .optional()
    .describe(
      "Cloud KMS key for Kubernetes secrets, ledger disks and node disks, in the same region. Default: a new one.",
    ),
});

type LooseGke = Loose<z.infer<typeof schema>>;

const rules: readonly Rule<LooseGke>[] = [
  connectedApi,
  ...sharedRules,
  // https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips
  roomForPods({ replaced: true }),
  error(tagsOf(googleLabels)),
];

export const gke = {
  schema,
  rules,
  derived: derivedOfCloud,
};
