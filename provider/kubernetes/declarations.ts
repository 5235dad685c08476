/** Workloads and their nodes, as programs declare them. */
import { defineResource } from "../framework/declaration";
import { integer, list, object, oneOf, optional, text, withDefault } from "../framework/schema";

const revision = text().describe("Digest of the pod's template, or another text that changes with it.");

export const rolloutNode = object(
  {
    token: "ledger:kubernetes:RolloutNode",
    description: "A node whose StatefulSet (one replica, update strategy OnDelete) leaves restarts to a rollout.",
  },
  {
    name: text().describe("Name used in messages, for example `org1/peer0`."),
    namespace: text().describe("Namespace of the StatefulSet."),
    statefulSet: text().describe("Name of the StatefulSet."),
    revision,
    generation: withDefault(integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), 0).describe(
      "`metadata.generation` of the StatefulSet. It rises with every change, also with one that is taken back: after a rollout " +
        "that failed half-way, the next one knows of it by this.",
    ),
  },
);

export const workloadRollout = defineResource({
  token: "ledger:kubernetes:Rollout",
  description:
    "A workload that restarts its pods by itself when its template changes. The resource is there once all pods are of the " +
    "newest template and available, and fails at once with the reason when one of them does not get there.",
  inputs: {
    name: text().describe("Name used in messages, for example `org1/trade-asset-transfer-1-0`."),
    kind: oneOf({ token: "ledger:kubernetes:WorkloadKind", description: "Kind of a Kubernetes workload." }, [
      "Deployment",
      "StatefulSet",
    ]).describe("Kind of the workload."),
    namespace: text().describe("Namespace of the workload."),
    workload: text().describe("Name of the Deployment or StatefulSet."),
    revision,
  },
  outputs: {},
});

const restoredVolume = object(
  { token: "ledger:kubernetes:RestoredVolume", description: "A volume that is made of a snapshot." },
  {
    claim: text().describe("Name of its PersistentVolumeClaim."),
    volume: text().describe(
      "Name of the volume in backups, `peer0-ledger`. Its VolumeSnapshot is `<volume>-<moment>`.",
    ),
  },
);

export const restorePoint = defineResource({
  token: "ledger:kubernetes:RestorePoint",
  description:
    "A backup that volumes are made of. The resource is there once the backup has each snapshot, ready to use. A backup that has not " +
    "is refused, in the preview as well, with those that have. A volume that exists needs its snapshot no more.",
  inputs: {
    name: text().describe("Owner of the volumes in messages, for example `org1/peer0`."),
    path: text().describe("Setting that names the backup, for messages."),
    namespace: text().describe("Namespace of the volumes and of their snapshots.").identity(),
    moment: text()
      .describe("Moment of the backup: the value of its snapshots' label `blockchain-clusters/backup`.")
      .identity(),
    volumes: list(restoredVolume, { min: 1 }).describe("Volumes that are made of the backup."),
    refusal: optional(text()).describe(
      "Reason for which no node may go back to a backup any more. Nodes that did before stay where they are. Default: none.",
    ),
  },
  outputs: {},
});

export const haltedNode = object(
  { token: "ledger:kubernetes:HaltedNode", description: "A node that stops with others." },
  {
    name: text().describe("Name used in messages, for example `org1/peer0`."),
    namespace: text().describe("Namespace of the StatefulSet."),
    statefulSet: text().describe("Name of the StatefulSet, which has one replica."),
  },
);

export const halt = defineResource({
  token: "ledger:kubernetes:Halt",
  description:
    "Nodes that stop together whenever `cause` changes. None of their pods is left when the resource is there, and their StatefulSets " +
    "have no replica: each starts with its own update, which must follow. So no node meets another one on former volumes.",
  inputs: {
    name: text().describe("Name used in messages, for example that of the network."),
    cause: optional(text()).describe(
      "Cause of the last stop: the backup that the nodes go on from. Default: none, they run on their own volumes.",
    ),
    nodes: list(haltedNode).describe("Nodes that stop. Those that do not exist yet have nothing to stop."),
  },
  outputs: {
    count: integer({ min: 0, max: Number.MAX_SAFE_INTEGER }).describe(
      "Number of stops so far. A StatefulSet that has it among its annotations changes with each of them.",
    ),
  },
});
