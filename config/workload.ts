/** What the schemas of all networks say alike: requests, limits and volumes of pods, isolation, protection. */
import type { z } from "zod";
import { choice, cpu, diskRoom, flag, map, memorySize, size } from "./fields";

/** Requests and limits of one kind of container. */
export function resources(defaults: { cpu: string; memory: string; cpuLimit: string; memoryLimit: string }) {
  return map({
    requests: map({
      cpu: cpu().prefault(defaults.cpu).describe("Processor time that is set aside."),
      memory: memorySize("1Gi").default(defaults.memory).describe("Memory that is set aside."),
      "ephemeral-storage": diskRoom("100Mi")
        .default("100Mi")
        .describe("Room on the machine's own disk, for logs and temporary files, that is set aside."),
    }).prefault({}),
    limits: map({
      cpu: cpu().prefault(defaults.cpuLimit).describe("Processor time at most."),
      memory: memorySize("2Gi")
        .default(defaults.memoryLimit)
        .describe("Memory at most; the container is killed above it."),
      "ephemeral-storage": diskRoom("1Gi")
        .default("1Gi")
        .describe("Logs and temporary files at most; the pod is moved above it. Logs alone take 50Mi by default."),
    }).prefault({}),
  }).prefault({});
}

/** One kind of volume; `file` is in the list so that asking for it gets the reason why not. */
export function volume(defaultSize: string) {
  return map({
    size: size(defaultSize, { min: "100Mi", max: "64Ti" })
      .default(defaultSize)
      .describe("Size of each volume. Can grow later, never shrink."),
    class: choice(["block", "file"])
      .default("block")
      .describe("Only `block`: these files must never be open on two machines at once."),
  }).prefault({});
}

/** Whether a cluster that does not isolate pods will do. */
export const networkPolicy = map({
  required: flag()
    .default(true)
    .describe(
      "Refuse a cluster that does not enforce NetworkPolicy objects. False: the objects are made all the same.",
    ),
})
  .prefault({})
  .describe("Isolation between pods.");

/** Whether keys and volumes may be lost. */
export const protect = flag()
  .optional()
  .describe(
    "Protect keys and volumes: `pulumi destroy` and replacements refuse to touch them. Default: as `cluster.protect`; on an existing cluster true, on a local one false.",
  );

export type ResourcesConfig = z.infer<ReturnType<typeof resources>>;
