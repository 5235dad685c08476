/** Stack file section `transforms`: changes of resources for which the program has no setting. */
import { z } from "zod";
import { problem, type Problem } from "../lib/problem";
import { flag, list, map, text } from "./kit/fields";
import { isRecord } from "../lib/values";
import { type Loose } from "./kit/json-schema";
import { formatPath } from "./kit/problem";
import { entriesOf, error, type Rule } from "./kit/rule";

const patch = z
  .record(z.string(), z.unknown(), { error: "a map: the part of the resource to change" })
  .refine((value) => Object.keys(value).length > 0, { error: "a map that changes something" });

const transform = map({
  kind: text(/^[A-Z][A-Za-z0-9]*$/, 'the kind of a resource as previews print it, for example "StatefulSet"').describe(
    "Kind of the resources, as in previews. Keys and chains, which the provider `ledger` makes, cannot be changed.",
  ),
  name: text(/^[\w.*-]+$/, 'the name of a resource as previews print it, for example "fabric-org1-*"')
    .default("*")
    .describe("Name of the resources, as in previews; `*` stands for any characters. Default: all of the kind."),
  patch: patch.describe(
    "JSON merge patch (RFC 7386): maps are merged, `null` removes a key, other values replace. Lists whose entries have names, such as `containers`, are merged by name.",
  ),
  unsafe: flag()
    .default(false)
    .describe(
      "Whether to allow changes on which the isolation of nodes or the secrecy of keys may depend; you must then check them yourself. Default: false.",
    ),
});

export const transformsSchema = list(transform, { of: "transforms" })
  .default([])
  .describe(
    "Changes to single resources, applied in this order after the program has decided everything else. Previews show them as ordinary differences. " +
      "Without `unsafe` they may change the placement and environment of pods, labels and annotations. They never change names of resources.",
  );

export type TransformConfig = z.infer<typeof transform>;
export type LooseTransforms = readonly (Loose<TransformConfig> | undefined)[];

type Path = readonly (string | number)[];

/** Places of a pod below which no value affects its rights, its keys or its connections. */
const podFields = [
  "affinity",
  "dnsConfig",
  "imagePullSecrets",
  "nodeSelector",
  "preemptionPolicy",
  "priorityClassName",
  "resources",
  "runtimeClassName",
  "schedulerName",
  "terminationGracePeriodSeconds",
  "tolerations",
  "topologySpreadConstraints",
  ...["containers", "initContainers"].flatMap((containers) =>
    [
      "imagePullPolicy",
      "livenessProbe",
      "readinessProbe",
      "resources",
      "startupProbe",
      "terminationMessagePath",
      "terminationMessagePolicy",
    ].map((field) => `${containers}.*.${field}`),
  ),
];

const workloadFields = [
  "spec.minReadySeconds",
  "spec.progressDeadlineSeconds",
  "spec.revisionHistoryLimit",
  "spec.template.metadata.annotations.*",
  "spec.template.metadata.labels.*",
  ...podFields.map((field) => `spec.template.spec.${field}`),
];

/** Places that need no `unsafe`, by kind. `*` is any entry of a list or map. */
const safeFields: Readonly<Record<string, readonly string[]>> = {
  Deployment: workloadFields,
  StatefulSet: workloadFields,
  HorizontalPodAutoscaler: ["spec.behavior", "spec.metrics", "spec.maxReplicas", "spec.minReplicas"],
  PersistentVolumeClaim: ["spec.volumeAttributesClassName"],
  PodDisruptionBudget: ["spec"],
  Service: [
    "spec.internalTrafficPolicy",
    "spec.ipFamilies",
    "spec.ipFamilyPolicy",
    "spec.loadBalancerClass",
    "spec.sessionAffinity",
    "spec.sessionAffinityConfig",
    "spec.trafficDistribution",
  ],
};

/** Places that need no `unsafe`, for every kind. */
const everywhere = ["metadata.annotations.*", "metadata.labels.*", "tags.*"];

/** Labels that policies, Services and Pod Security use. */
const ownLabels = /^((fabric|ethereum)\.|(app|pod-security)\.kubernetes\.io\/|kubernetes\.io\/metadata\.name$)/;

/** Places that no entry may change: another name is another resource. */
const fixedFields = ["apiVersion", "kind", "metadata.name", "metadata.namespace", "status"];

/** Whether two lists are merged by the names of their entries. */
export function isNamedList(value: unknown): value is { name: string }[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((item) => isRecord(item) && typeof item.name === "string")
  );
}

/** Every place that a patch changes. */
function changedPlaces(value: unknown, path: Path = []): Path[] {
  if (isNamedList(value)) return value.flatMap(({ name: _, ...item }, index) => changedPlaces(item, [...path, index]));
  if (!isRecord(value)) return [path];
  const entries = Object.entries(value);
  return entries.length === 0 ? [path] : entries.flatMap(([key, part]) => changedPlaces(part, [...path, key]));
}

/** Whether a place is one of `fields` or below it. */
function isBelow(path: Path, fields: readonly string[]): boolean {
  const matches = (step: string, index: number) => index < path.length && (step === "*" || path[index] === step);
  return fields.some((field) => field.split(".").every(matches));
}

function isOwnLabel(path: Path): boolean {
  const key = path.at(-1);
  return path.at(-2) === "labels" && typeof key === "string" && ownLabels.test(key);
}

function placesAllowed(transforms: LooseTransforms): Problem[] {
  return entriesOf(transforms, "transforms").flatMap(({ item, index }) => {
    const { kind = "", patch: change, unsafe } = item;
    const safe = [...everywhere, ...(safeFields[kind] ?? [])];
    return changedPlaces(change).flatMap((place) => {
      const path = formatPath(["transforms", index, "patch", ...place]);
      if (isBelow(place, fixedFields)) {
        return [problem({ path, must: "be left out", because: "another name, kind or place is another resource" })];
      }
      if (unsafe === true || (isBelow(place, safe) && !isOwnLabel(place))) return [];
      const must = "be left out, or stand in an entry with `unsafe: true`";
      return [problem({ path, must, because: "the isolation of nodes or the secrecy of keys may rest on it" })];
    });
  });
}

export const transformRules: readonly Rule<LooseTransforms>[] = [error(placesAllowed)];
